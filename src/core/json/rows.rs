//! Arrays of objects that all have the same members: tables.
//!
//! V8 parses a row of four small values in 200 to 300 ns, of which looking up its keys and building the object by them
//! takes most. The first row of a table crosses as it is, of the others the numbers as they are and the other values as
//! one array, and JavaScript copies the first and puts those in, in a third of the time.

use super::joinable::complete;
use super::strings::string;

/// Members a row may have.
const WIDEST: usize = 32;

/// What a number of the table is that is not one: the next value stands among the others.
pub const OTHER: f64 = f64::NAN;

/// The rows of one table.
#[derive(Debug)]
pub struct Rows<'a> {
    /// The first of them, which says which members there are and in which order.
    pub first: &'a [u8],
    /// How many more there are.
    pub count: usize,
}

impl<'a> Rows<'a> {
    /// Reads the rows that `text` begins with, the comma between them included. Of those behind the first the numbers go
    /// to `cells`, one for each value, and the values that are none to `others`, each behind a comma. Also returns what
    /// follows the last row that has the same members and nothing but strings, numbers and words.
    ///
    /// `None` if not even the first is an object of those without white space. Names of members are not decoded, so they
    /// must not need it; the insides of strings are for whoever parses the others to judge.
    pub fn read(
        text: &'a [u8],
        cells: &mut Vec<f64>,
        others: &mut Vec<u8>,
    ) -> Option<(Self, &'a [u8])> {
        let before = (cells.len(), others.len());
        let head = head(text, cells, others);
        cells.truncate(before.0);
        others.truncate(before.1);
        let (openings, mut rest) = head?;
        let first = text.get(..text.len() - rest.len())?;
        let mut count = 0;
        while let Some(row) = rest.strip_prefix(b",") {
            let before = (cells.len(), others.len());
            let Some(after) = next(row, &openings, cells, others) else {
                cells.truncate(before.0);
                others.truncate(before.1);
                break;
            };
            rest = after;
            count += 1;
        }
        Some((Self { first, count }, rest))
    }
}

/// Takes the row that `text` begins with. Returns what follows it.
fn next<'a>(
    text: &'a [u8],
    openings: &[&[u8]],
    cells: &mut Vec<f64>,
    others: &mut Vec<u8>,
) -> Option<&'a [u8]> {
    let mut rest = text;
    for opening in openings {
        rest = value(rest.strip_prefix(*opening)?, cells, others)?;
    }
    rest.strip_prefix(b"}")
}

/// What stands before each value of the first row, `{"a":`, `,"b":`, and what follows it.
fn head<'a>(
    text: &'a [u8],
    cells: &mut Vec<f64>,
    others: &mut Vec<u8>,
) -> Option<(Vec<&'a [u8]>, &'a [u8])> {
    let mut openings: Vec<&[u8]> = Vec::new();
    let mut rest = text;
    let mut before = b'{';
    loop {
        let (name, after) = string(rest.strip_prefix(&[before])?)?;
        let (opening, after) =
            rest.split_at_checked(rest.len() - after.strip_prefix(b":")?.len())?;
        let twice = openings
            .iter()
            .any(|other| other.get(1..) == opening.get(1..));
        if twice || openings.len() == WIDEST || !is_plain(name) {
            return None;
        }
        openings.push(opening);
        rest = value(after, cells, others)?;
        match rest.split_first()? {
            (b'}', rest) => return Some((openings, rest)),
            _ => before = b',',
        }
    }
}

/// Whether a name, with its quotes, is one for sure, and members of such names keep their order: those like numbers come
/// first. Names that mean something to JavaScript are better understood by V8.
fn is_plain(name: &[u8]) -> bool {
    !name.contains(&b'\\')
        && !name.get(1).is_some_and(u8::is_ascii_digit)
        && name != br#""__proto__""#
        && std::str::from_utf8(name).is_ok()
}

/// Takes the value that `text` begins with. Returns what follows it.
fn value<'a>(text: &'a [u8], cells: &mut Vec<f64>, others: &mut Vec<u8>) -> Option<&'a [u8]> {
    let first = *text.first()?;
    if first == b'-' || first.is_ascii_digit() {
        let (number, rest) = number(text)?;
        cells.push(number);
        return Some(rest);
    }
    let len = match first {
        b'"' => string(text)?.0.len(),
        b'f' => 5,
        _ => 4,
    };
    let (other, rest) = text.split_at_checked(len)?;
    if first != b'"' && !complete(other) {
        return None;
    }
    cells.push(OTHER);
    others.push(b',');
    others.extend_from_slice(other);
    Some(rest)
}

/// What a number with so many digits behind the point is divided by; both are exact, so the quotient is rounded once.
const POWERS: [f64; 16] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
];

/// The number that `text` begins with, as JSON and JavaScript understand it, and what follows it.
fn number(text: &[u8]) -> Option<(f64, &[u8])> {
    let negative = text.first() == Some(&b'-');
    let unsigned = text.get(usize::from(negative)..)?;
    let mut digits = 0;
    let mut rest = after_digits(unsigned, &mut digits)?;
    let whole = unsigned.len() - rest.len();
    if whole > 1 && unsigned.first() == Some(&b'0') {
        return None;
    }
    let mut places = 0;
    if let Some(fraction) = rest.strip_prefix(b".") {
        rest = after_digits(fraction, &mut digits)?;
        places = fraction.len() - rest.len();
    }
    let exact = whole + places < POWERS.len();
    if let [b'e' | b'E', exponent @ ..] = rest {
        let sign = matches!(exponent.first(), Some(b'+' | b'-'));
        rest = after_digits(exponent.get(usize::from(sign)..)?, &mut 0)?;
    } else if exact {
        #[allow(clippy::cast_precision_loss)] // Fifteen digits have none.
        let number = digits as f64 / POWERS[places];
        return Some((if negative { -number } else { number }, rest));
    }
    let number = text.get(..text.len() - rest.len())?;
    Some((std::str::from_utf8(number).ok()?.parse().ok()?, rest))
}

/// What follows the digits that `text` must begin with; they are appended to those of `number`, the first fifteen of all
/// correctly.
fn after_digits<'a>(text: &'a [u8], number: &mut u64) -> Option<&'a [u8]> {
    let mut len = 0;
    while let Some(digit) = text.get(len).filter(|byte| byte.is_ascii_digit()) {
        *number = number
            .wrapping_mul(10)
            .wrapping_add(u64::from(digit - b'0'));
        len += 1;
    }
    text.get(len..).filter(|_| len > 0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The first row, how many more, their numbers and others, and what follows.
    type Read = (String, usize, Vec<f64>, String, String);

    fn read(text: &str) -> Option<Read> {
        let (mut cells, mut others) = (vec![7.0], b"7".to_vec());
        let read = Rows::read(text.as_bytes(), &mut cells, &mut others);
        assert_eq!(
            (cells.remove(0).to_bits(), others.remove(0)),
            (7f64.to_bits(), b'7')
        );
        assert!(read.is_some() || cells.is_empty() && others.is_empty());
        let (rows, rest) = read?;
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
        Some((
            text(rows.first),
            rows.count,
            cells,
            text(&others),
            text(rest),
        ))
    }

    #[test]
    fn numbers_and_others_of_rows() {
        let text = r#"{"a":9,"b":"9"},{"a":1,"b":"x\"y"},{"a":null,"b":-2.5}]"#;
        let (first, count, cells, others, rest) = read(text).unwrap();
        assert_eq!((&*first, count), (r#"{"a":9,"b":"9"}"#, 2));
        assert_eq!((others.as_str(), rest.as_str()), (r#","x\"y",null"#, "]"));
        let bits = |cells: &[f64]| cells.iter().map(|cell| cell.to_bits()).collect::<Vec<_>>();
        assert_eq!(bits(&cells), bits(&[1.0, OTHER, OTHER, -2.5]));
    }

    #[test]
    fn what_is_no_table() {
        let wide = |count: usize| {
            let members: Vec<_> = (0..count).map(|at| format!(r#""m{at}":1"#)).collect();
            format!("{{{}}}", members.join(","))
        };
        assert!(read(&wide(WIDEST)).is_some());
        for text in [
            "",
            "{}",
            "1",
            r#"{"a":1"#,
            r#"{"a":{}}"#,
            r#"{"a":[]}"#,
            r#"{"a":}"#,
            r#"{"a":tru}"#,
            r#"{"a":nulll}"#,
            r#"{"a":"x}"#,
            r#"{"a" :1}"#,
            r#"{"a": 1}"#,
            r#"{"a":1,"a":2}"#,
            r#"{"__proto__":1}"#,
            r#"{"\u005f":1}"#,
            r#"{"a":1,"0":1}"#,
            &wide(WIDEST + 1),
        ] {
            assert!(read(text).is_none(), "{text}");
        }
        let (mut cells, mut others) = (Vec::new(), Vec::new());
        assert!(Rows::read(b"{\"\xff\":1,\"\xfe\":2}", &mut cells, &mut others).is_none());
    }

    #[test]
    fn a_row_that_is_another_ends_the_table() {
        for other in [
            "",
            "{}",
            "1",
            r#"{"b":1,"c":2}"#,
            r#"{"a":1}"#,
            r#"{"a":1,"c":2}"#,
            r#"{"a":1,"b":2,"c":3}"#,
            r#"{"a":"x","b":[]}"#,
            r#"{"a":"x","b":2"#,
            r#"{"a":"x","b": 2}"#,
            r#"{"a":1,"b":02}"#,
        ] {
            let first = r#"{"a":1,"b":"1"}"#;
            let text = format!(r#"{first},{{"a":2,"b":"2"}},{other}"#);
            let (seen, count, cells, others, rest) = read(&text).unwrap();
            assert_eq!((&*seen, count), (first, 1));
            assert_eq!((cells.len(), &*others), (2, r#","2""#));
            assert_eq!(rest, format!(",{other}"));
        }
    }

    #[test]
    fn numbers_as_json_has_them() {
        for text in [
            "0",
            "-0",
            "1",
            "-1",
            "10",
            "0.5",
            "1.0",
            "0.1",
            "1e5",
            "1E+5",
            "1e-5",
            "-0.0e-0",
            "123456789012345",
            "1234567890123456",
            "12345678901234567890",
            "0.1234567890123456789",
            "123456.789012345",
            "1e400",
            "-1e400",
            "1e-400",
            "9007199254740993",
            "179769313486231580793728971405301e280",
            "0.000001",
            "5e-324",
        ] {
            let (number, rest) = number(text.as_bytes()).unwrap();
            assert_eq!(
                (number.to_bits(), rest.len()),
                (text.parse::<f64>().unwrap().to_bits(), 0),
                "{text}"
            );
        }
        for text in [
            "", "-", "01", "-01", "00", "1.", ".5", "1.e5", "1e", "1ee", "1e+", "-a", "1e+-5",
        ] {
            assert!(number(text.as_bytes()).is_none(), "{text}");
        }
        for (text, rest) in [("1,2", ",2"), ("1-2", "-2"), ("1.5}", "}")] {
            assert_eq!(
                number(text.as_bytes()).map(|(_, rest)| rest),
                Some(rest.as_bytes())
            );
        }
    }

    proptest! {
        #[test]
        fn numbers_are_rounded_as_they_should_be(number in any::<f64>(), places in 0usize..12) {
            let finite = if number.is_finite() { number } else { 0.0 };
            for text in [format!("{finite}"), format!("{:.places$}", finite % 1e9), format!("{finite:e}")] {
                let parsed = super::number(text.as_bytes()).map(|(number, _)| number.to_bits());
                prop_assert_eq!(parsed, text.parse::<f64>().ok().map(f64::to_bits));
            }
        }
    }
}
