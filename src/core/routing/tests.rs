//! A domain without sockets.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, HashMap};

use proptest::prelude::*;
use serde_json::{Value, json};

use super::clients::{HELD_MAX, WAITING_MAX};
use super::*;

/// A router whose decisions are carried out at once: what each connection has been sent.
struct Domain {
    router: Router,
    out: Decisions,
    sent: HashMap<PeerId, Vec<u8>>,
    opened: Vec<(u64, String)>,
    shut: Vec<u64>,
    closed: Vec<PeerId>,
    dropped: Vec<String>,
    last: PeerId,
}

#[derive(Clone, Debug)]
struct Member {
    lobby: PeerId,
    private: PeerId,
}

impl Domain {
    fn new(settings: Settings) -> Self {
        let mut next = 0;
        let random = Box::new(move || {
            next += 1;
            next
        });
        Self {
            router: Router::new(settings, random),
            out: Decisions::default(),
            sent: HashMap::new(),
            opened: Vec::new(),
            shut: Vec::new(),
            closed: Vec::new(),
            dropped: Vec::new(),
            last: 0,
        }
    }

    fn settle(&mut self) {
        for decision in self.out.list() {
            match decision {
                Decision::Send { to, bytes, .. } => {
                    let sent = self.sent.entry(*to).or_default();
                    sent.extend_from_slice(self.out.bytes(bytes));
                }
                Decision::Open { client, id } => self.opened.push((*client, id.to_string())),
                Decision::Shut { client } => self.shut.push(*client),
                Decision::Close(peer) => self.closed.push(*peer),
                Decision::Dropped { name } => self.dropped.push(name.to_string()),
            }
        }
        self.out.clear();
    }

    fn enter(&mut self) -> PeerId {
        self.last += 1;
        self.router.entered(self.last, &mut self.out);
        self.settle();
        self.last
    }

    fn feed(&mut self, peer: PeerId, frame: &str) -> Course {
        let course = self.router.frame(peer, frame.as_bytes(), &mut self.out);
        self.settle();
        course
    }

    fn arrive(&mut self, client: u64) -> Option<(PeerId, Identity)> {
        self.last += 1;
        let identity = self.router.arrived(client, self.last, &mut self.out)?;
        self.settle();
        Some((self.last, identity))
    }

    fn leave(&mut self, peer: PeerId) {
        self.router.left(peer, &mut self.out);
        self.settle();
    }

    fn shake(&mut self, lobby: PeerId, name: &str) {
        let name = json!(name);
        self.feed(
            lobby,
            &format!(r#"{{"id":null,"command":"handshake","data":{name},"delivery":null}}"#),
        );
    }

    fn join(&mut self, name: &str) -> Member {
        let lobby = self.enter();
        self.shake(lobby, name);
        let (client, _) = self.opened.pop().expect("a private listener");
        let (private, identity) = self.arrive(client).expect("expected");
        assert_eq!(&*identity.name, name);
        self.taken(lobby);
        Member { lobby, private }
    }

    /// What `peer` has been sent since the last time.
    fn taken(&mut self, peer: PeerId) -> String {
        String::from_utf8(self.sent.remove(&peer).unwrap_or_default()).unwrap()
    }

    fn relay(&mut self, from: &Member, command: &str, inner: &str) {
        let data = json!(inner);
        self.feed(
            from.lobby,
            &format!(r#"{{"id":"me","command":"{command}","data":{data},"delivery":null}}"#),
        );
    }

    fn census(&self) -> (usize, usize, usize, usize) {
        let Census {
            clients,
            waiting,
            deliveries,
            held,
        } = self.router.census();
        (clients, waiting, deliveries, held)
    }
}

fn domain() -> Domain {
    Domain::new(Settings::default())
}

#[test]
fn a_handshake_is_answered_byte_for_byte() {
    let mut domain = domain();
    let lobby = domain.enter();
    domain.shake(lobby, "c\"1");
    assert_eq!(
        domain.taken(lobby),
        concat!(
            r#"{"id":"c\"1","command":"handshake","#,
            r#""data":"00000000000040008000000000000001","delivery":null}"#
        )
    );
    assert_eq!(
        domain.opened,
        [(2, "00000000000040008000000000000001".to_owned())]
    );
    domain.shake(lobby, "again");
    assert_eq!(domain.taken(lobby), "", "one client a connection");

    let other = domain.enter();
    domain.shake(other, "c\"1");
    assert_eq!(
        domain.taken(other),
        r#"{"id":"c\"1","command":"error","data":201,"delivery":null}"#
    );
    domain.shake(other, "c2");
    assert_eq!(domain.opened.len(), 2);
}

#[test]
fn the_relays_are_byte_for_byte() {
    let mut domain = domain();
    let (a, b, c) = (domain.join("a"), domain.join("b"), domain.join("c"));
    let data = r#"{"x": [1, "}{\r\n", "\ud800"], "é" :0}"#;
    domain.relay(
        &a,
        "emit",
        &format!(r#"{{"id":"b","command":"e","data":{data},"delivery":null}}"#),
    );
    assert_eq!(
        domain.taken(b.private),
        format!(r#"{{"id":null,"command":"e","data":{data},"delivery":null}}"#)
    );
    domain.relay(
        &a,
        "broadcast",
        r#"{"id":null,"command":"b","delivery":"x"}"#,
    );
    for peer in [b.private, c.private] {
        assert_eq!(
            domain.taken(peer),
            r#"{"id":null,"command":"b","data":null,"delivery":null}"#
        );
    }
    assert_eq!(domain.taken(a.private), "", "not to itself");
    domain.feed(
        a.lobby,
        r#"{"id":"a","command":"discover","data":null,"delivery":null}"#,
    );
    assert_eq!(
        domain.taken(a.lobby),
        concat!(
            r#"{"id":"a","command":"discover","data":{"clients":["a","b","c"],"#,
            r#""command_handlers":[]},"delivery":null}"#
        )
    );
}

#[test]
fn settings_change_what_arrives() {
    let mut domain = Domain::new(Settings {
        echo_broadcast: true,
        falsy_as_null: true,
    });
    let a = domain.join("a");
    for falsy in ["0", "false", "\"\"", "-0.0"] {
        domain.relay(
            &a,
            "broadcast",
            &format!(r#"{{"id":null,"command":5,"data":{falsy},"delivery":null}}"#),
        );
        assert_eq!(
            domain.taken(a.private),
            r#"{"id":null,"command":"5","data":null,"delivery":null}"#
        );
    }
}

#[test]
fn an_answer_goes_to_who_asked_and_comes_from_who_was_asked() {
    let mut domain = domain();
    let (a, b, c) = (domain.join("a"), domain.join("b"), domain.join("c"));
    let question = r#"{"id":"b","command":"q","data":1,"delivery":"d1"}"#;
    domain.relay(&a, "emit", question);
    assert_eq!(
        domain.taken(b.private),
        r#"{"id":null,"command":"q","data":1,"delivery":"d1"}"#
    );
    let answer = r#"{"id":null,"command":"deliver","data":{"r":2},"delivery":"d1"}"#;
    assert_eq!(domain.feed(c.private, answer), Course::Routed);
    assert_eq!(domain.taken(a.private), "", "a forged answer");
    domain.relay(&c, "emit", question);
    assert_eq!(domain.taken(b.private), "", "a forged question");
    domain.feed(b.private, answer);
    assert_eq!(domain.taken(a.private), answer);
    assert_eq!(domain.taken(c.private), "");
    domain.feed(b.private, answer);
    assert_eq!(domain.taken(a.private), "", "only once");
    assert_eq!(domain.census().2, 0);
}

#[test]
fn an_answer_waits_for_the_one_who_lost_its_connection() {
    let mut domain = domain();
    let (a, b) = (domain.join("a"), domain.join("b"));
    domain.relay(&a, "emit", r#"{"id":"b","command":"q","delivery":"1"}"#);
    domain.leave(b.private);
    domain.leave(b.lobby);
    let b = domain.join("b");
    domain.feed(
        b.private,
        r#"{"command":"deliver","data":1,"delivery":"1"}"#,
    );
    assert_ne!(domain.taken(a.private), "");
}

#[test]
fn commands_of_the_protocol_are_not_relayed() {
    let mut domain = domain();
    let (a, b) = (domain.join("a"), domain.join("b"));
    for command in ["deliver", "discover", "handshake", r"d\u0065liver"] {
        let inner = format!(r#"{{"id":"b","command":"{command}","data":1,"delivery":"d"}}"#);
        domain.relay(&a, "emit", &inner);
        domain.relay(&a, "broadcast", &inner);
    }
    assert_eq!(domain.taken(b.private), "");
}

#[test]
fn what_makes_no_sense_is_ignored() {
    let mut domain = domain();
    let (a, b) = (domain.join("a"), domain.join("b"));
    let odd = [
        r#"{"command":"emit","data":5}"#,
        r#"{"command":"emit","data":{"id":"b"}}"#,
        r#"{"command":"emit","data":"{"}"#,
        r#"{"command":"emit","data":"[1]"}"#,
        r#"{"command":"emit","data":"{\"id\":\"__proto__\",\"command\":\"x\"}"}"#,
        r#"{"command":"broadcast"}"#,
        r#"{"command":"handshake","data":{}}"#,
        r#"{"command":"__proto__","data":1,"delivery":"d"}"#,
        r#"{"command":["emit"]}"#,
        r#"{"id":"b","command":"s","data":1,"delivery":"d"}"#,
        "{}",
    ];
    for frame in odd {
        assert_eq!(domain.feed(a.lobby, frame), Course::Routed, "{frame}");
    }
    assert_eq!(
        (domain.taken(a.lobby), domain.taken(b.private)),
        Default::default()
    );
    assert_eq!(domain.feed(999, "{}"), Course::Routed);
    assert_eq!(
        domain.feed(a.private, r#"{"command":"s","data":"\"deliver\""}"#),
        Course::Handlers
    );
}

#[test]
fn bytes_that_are_no_unicode_become_the_replacement_character() {
    let mut domain = domain();
    let (a, b) = (domain.join("a"), domain.join("b"));
    let inner = json!(r#"{"id":"b","command":"e","data":"?"}"#).to_string();
    let mut frame = format!(r#"{{"command":"emit","data":{inner}}}"#).into_bytes();
    let at = frame.iter().position(|byte| *byte == b'?').unwrap();
    frame[at] = 0xff;
    domain.router.frame(a.lobby, &frame, &mut domain.out);
    domain.settle();
    assert!(domain.taken(b.private).contains("\"data\":\"\u{fffd}\""));
}

#[test]
fn messages_for_a_client_on_its_way_are_kept_up_to_a_limit() {
    let mut domain = domain();
    let a = domain.join("a");
    let lobby = domain.enter();
    domain.shake(lobby, "b");
    let (client, _) = domain.opened.pop().unwrap();
    let mut expected = String::new();
    for n in 0..3 {
        let inner = format!(r#"{{"id":"b","command":"e","data":{n},"delivery":null}}"#);
        domain.relay(&a, "emit", &inner);
        expected += &inner.replace("\"b\"", "null");
    }
    let (private, _) = domain.arrive(client).unwrap();
    assert_eq!(domain.taken(private), expected);
    assert_eq!(domain.census().3, 0);

    let lobby = domain.enter();
    domain.shake(lobby, "late");
    let frame = vec![b' '; HELD_MAX / 2 + 1];
    assert!(domain.router.emit("late", &frame, &mut domain.out));
    domain.router.broadcast(Some("a"), &frame, &mut domain.out);
    domain.settle();
    assert_eq!(domain.dropped, ["late"]);
    domain.leave(lobby);
    assert_eq!(domain.census().3, 0);
}

#[test]
fn a_name_is_free_again_when_its_client_has_gone_or_never_came() {
    let mut domain = domain();
    let member = domain.join("a");
    domain.leave(member.lobby);
    domain.shake(member.lobby, "x");
    assert_eq!(domain.census().0, 1, "the private socket counts");
    domain.leave(member.private);
    assert_eq!(domain.census(), (0, 0, 0, 0));

    let lobby = domain.enter();
    domain.shake(lobby, "a");
    let (client, _) = domain.opened.pop().unwrap();
    assert_eq!(
        domain.router.abandoned(client, &mut domain.out).as_deref(),
        Some("a")
    );
    assert!(domain.arrive(client).is_none(), "too late");
    domain.shake(lobby, "a");
    assert_eq!(domain.opened.len(), 1, "the connection may try again");
    domain.leave(lobby);
    assert_eq!(domain.shut.len(), 1);
    assert_eq!(domain.census(), (0, 0, 0, 0));
}

#[test]
fn the_waiting_room_has_room_for_so_many() {
    let mut domain = domain();
    let member = domain.join("a");
    let first = domain.enter();
    domain.shake(first, "half-open");
    for _ in 0..WAITING_MAX {
        domain.enter();
    }
    assert_eq!(domain.closed, [first]);
    domain.leave(first);
    assert_eq!(domain.census(), (1, WAITING_MAX, 0, 0));
    domain.leave(member.private);
    assert_eq!(domain.closed.len(), 2, "who loses its client waits again");
}

#[derive(Clone, Debug)]
enum Step {
    Join(u8),
    Leave(u8),
    Emit(u8, u8, u16),
    Broadcast(u8, u16),
    Ask(u8, u8, u16),
    /// Answers everything it was asked.
    Answer(u8),
    Garbage(u8, String),
}

fn step() -> impl Strategy<Value = Step> {
    let who = || 0..5u8;
    prop_oneof![
        3 => who().prop_map(Step::Join),
        1 => who().prop_map(Step::Leave),
        4 => (who(), who(), any::<u16>()).prop_map(|(a, b, n)| Step::Emit(a, b, n)),
        2 => (who(), any::<u16>()).prop_map(|(a, n)| Step::Broadcast(a, n)),
        3 => (who(), who(), any::<u16>()).prop_map(|(a, b, n)| Step::Ask(a, b, n)),
        2 => who().prop_map(Step::Answer),
        1 => (who(), r#"\{"command":"(emit|broadcast|deliver)","data":"?.{0,9}"?\}|.{0,9}"#)
            .prop_map(|(a, text)| Step::Garbage(a, text)),
    ]
}

fn frames(bytes: &str) -> Vec<Value> {
    serde_json::Deserializer::from_str(bytes)
        .into_iter()
        .map(Result::unwrap)
        .collect()
}

proptest! {
    /// Against the plainest domain there is: a list of what each client is to get.
    #[test]
    fn everybody_gets_what_is_meant_for_them_in_order(
        steps in prop::collection::vec(step(), 1..80),
    ) {
        let mut domain = domain();
        let mut members: BTreeMap<u8, Member> = BTreeMap::new();
        let mut due: BTreeMap<u8, Vec<Value>> = BTreeMap::new();
        // Asked: who was asked, the id, who asked.
        let mut open: Vec<(u8, String, u8)> = Vec::new();
        let mut serial = 0;
        for step in steps {
            match step {
                Step::Join(who) => {
                    if let Entry::Vacant(free) = members.entry(who) {
                        free.insert(domain.join(&who.to_string()));
                        due.insert(who, Vec::new());
                    }
                }
                Step::Leave(who) => {
                    if let Some(member) = members.remove(&who) {
                        let got = frames(&domain.taken(member.private));
                        prop_assert_eq!(Some(got), due.remove(&who));
                        domain.leave(member.lobby);
                        domain.leave(member.private);
                        open.retain(|(to, _, from)| {
                            members.contains_key(to) || members.contains_key(from)
                        });
                    }
                }
                Step::Emit(from, to, n) => {
                    let Some(member) = members.get(&from).cloned() else { continue };
                    let inner = json!({ "id": to.to_string(), "command": "e", "data": n });
                    domain.relay(&member, "emit", &inner.to_string());
                    if let Some(due) = due.get_mut(&to) {
                        due.push(json!({ "id": null, "command": "e", "data": n, "delivery": null }));
                    }
                }
                Step::Broadcast(from, n) => {
                    let Some(member) = members.get(&from).cloned() else { continue };
                    let inner = json!({ "id": null, "command": "b", "data": n });
                    domain.relay(&member, "broadcast", &inner.to_string());
                    for (_, due) in due.iter_mut().filter(|(who, _)| **who != from) {
                        due.push(json!({ "id": null, "command": "b", "data": n, "delivery": null }));
                    }
                }
                Step::Ask(from, to, n) => {
                    let Some(member) = members.get(&from).cloned() else { continue };
                    serial += 1;
                    let id = format!("id{serial}");
                    let inner = json!({
                        "id": to.to_string(), "command": "q", "data": n, "delivery": id
                    });
                    domain.relay(&member, "emit", &inner.to_string());
                    if let Some(due) = due.get_mut(&to) {
                        due.push(json!({ "id": null, "command": "q", "data": n, "delivery": id }));
                        open.push((to, id, from));
                    }
                }
                Step::Answer(who) => {
                    let Some(member) = members.get(&who).cloned() else { continue };
                    for (_, id, from) in open.extract_if(.., |(to, _, _)| *to == who) {
                        let answer = json!({
                            "id": null, "command": "deliver", "data": who, "delivery": id
                        });
                        // Others try first.
                        for (other, forger) in &members {
                            if *other != who {
                                domain.feed(forger.private, &answer.to_string());
                            }
                        }
                        domain.feed(member.private, &answer.to_string());
                        if let Some(due) = due.get_mut(&from) {
                            due.push(answer);
                        }
                    }
                }
                Step::Garbage(who, text) => {
                    let Some(member) = members.get(&who).cloned() else { continue };
                    domain.feed(member.lobby, &text);
                    domain.feed(member.private, &text);
                }
            }
            prop_assert_eq!(domain.census(), (members.len(), 0, open.len(), 0));
        }
        for (who, member) in &members {
            prop_assert_eq!(frames(&domain.taken(member.private)), due[who].clone());
        }
        for member in members.values() {
            domain.leave(member.private);
            domain.leave(member.lobby);
        }
        prop_assert_eq!(domain.census(), (0, 0, 0, 0));
    }
}
