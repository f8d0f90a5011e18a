import SocketModel = require('../index.js')

export = SocketModel
