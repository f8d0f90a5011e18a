//! Links the addon against the Node-API of whatever process loads it.

fn main() {
    napi_build::setup();
}
