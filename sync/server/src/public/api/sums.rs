//! The sums that visitors solve, in the words of a show's language.

/// The numbers from one to nine, and the word between them.
struct Words {
    numbers: [&'static str; 9],
    plus: &'static str,
}

const ENGLISH: Words =
    Words { numbers: ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine"], plus: "plus" };

/// By the first part of a language tag (RFC 5646).
const OTHERS: [(&str, Words); 13] = [
    ("da", Words { numbers: ["en", "to", "tre", "fire", "fem", "seks", "syv", "otte", "ni"], plus: "plus" }),
    (
        "de",
        Words { numbers: ["eins", "zwei", "drei", "vier", "fünf", "sechs", "sieben", "acht", "neun"], plus: "plus" },
    ),
    ("es", Words { numbers: ["uno", "dos", "tres", "cuatro", "cinco", "seis", "siete", "ocho", "nueve"], plus: "más" }),
    (
        "fi",
        Words {
            numbers: ["yksi", "kaksi", "kolme", "neljä", "viisi", "kuusi", "seitsemän", "kahdeksan", "yhdeksän"],
            plus: "plus",
        },
    ),
    ("fr", Words { numbers: ["un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf"], plus: "plus" }),
    ("it", Words { numbers: ["uno", "due", "tre", "quattro", "cinque", "sei", "sette", "otto", "nove"], plus: "più" }),
    ("nb", NORWEGIAN),
    ("nl", Words { numbers: ["een", "twee", "drie", "vier", "vijf", "zes", "zeven", "acht", "negen"], plus: "plus" }),
    ("nn", Words { numbers: ["ein", "to", "tre", "fire", "fem", "seks", "sju", "åtte", "ni"], plus: "pluss" }),
    ("no", NORWEGIAN),
    (
        "pl",
        Words {
            numbers: ["jeden", "dwa", "trzy", "cztery", "pięć", "sześć", "siedem", "osiem", "dziewięć"],
            plus: "plus",
        },
    ),
    ("pt", Words { numbers: ["um", "dois", "três", "quatro", "cinco", "seis", "sete", "oito", "nove"], plus: "mais" }),
    ("sv", Words { numbers: ["ett", "två", "tre", "fyra", "fem", "sex", "sju", "åtta", "nio"], plus: "plus" }),
];

const NORWEGIAN: Words =
    Words { numbers: ["en", "to", "tre", "fire", "fem", "seks", "sju", "åtte", "ni"], plus: "pluss" };

/// "two plus two", in the language of a tag (`de-AT`), or in English where it is not known here.
pub(super) fn spoken(language: &str, terms: (u8, u8)) -> String {
    let first = language.split(['-', '_']).next().unwrap_or_default().to_ascii_lowercase();
    let words = OTHERS.iter().find(|(tag, _)| *tag == first).map_or(&ENGLISH, |(_, words)| words);
    let number = |term: u8| words.numbers.get(usize::from(term).wrapping_sub(1)).copied().unwrap_or("?");
    format!("{} {} {}", number(terms.0), words.plus, number(terms.1))
}

/// Two numbers from one to nine, out of anything random.
pub(super) fn terms(random: u128) -> (u8, u8) {
    let digit = |n: u128| u8::try_from(n % 9).unwrap_or_default() + 1;
    (digit(random), digit(random / 9))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sum_is_said_in_the_language_of_the_show() {
        for (language, said) in [
            // Recorded: challenge-create.json.
            ("en", "two plus two"),
            ("de-AT", "zwei plus zwei"),
            ("sv", "två plus två"),
            ("FR", "deux plus deux"),
            ("es-419", "dos más dos"),
            ("tlh", "two plus two"),
            ("", "two plus two"),
        ] {
            assert_eq!(spoken(language, (2, 2)), said, "{language}");
        }
        assert_eq!(spoken("de", (1, 9)), "eins plus neun");
    }

    #[test]
    fn terms_are_from_one_to_nine() {
        let all: std::collections::BTreeSet<(u8, u8)> = (0..81).map(terms).collect();
        assert_eq!(all.len(), 81);
        assert!(all.iter().all(|(a, b)| (1..=9).contains(a) && (1..=9).contains(b)));
        assert_eq!(terms(u128::MAX).0, u8::try_from(u128::MAX % 9).unwrap() + 1);
    }
}
