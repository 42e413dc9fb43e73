//! A typed or found name → a [`PersonName`] that every file system can store as a folder, or why it cannot be one.
//!
//! Called wherever a name enters: the wire, the command line, the folder scan. Knows no files.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;

/// Longest name in characters (Unicode scalar values, after NFC).
pub const MAX_CHARS: usize = 80;
/// Longest name in bytes of UTF-8: file systems allow 255 a component, and a temporary name needs some of them.
pub const MAX_BYTES: usize = 200;

/// Characters some system refuses in a file name; `/` and `\` separate folders.
const FORBIDDEN: &str = "<>:\"/\\|?*";
/// Names Windows keeps for devices, alone or before a dot.
const RESERVED: [&str; 6] = ["con", "prn", "aux", "nul", "conin$", "conout$"];

/// A person's name: NFC, no white space at the ends, storable as a folder's name on any system.
///
/// Two names are the same person's where [`PersonName::fold_key`] is equal.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PersonName(String);

/// Why a text is no [`PersonName`], in words for the person who typed it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NameError {
    /// Nothing but white space.
    #[error("a name needs at least one character")]
    Empty,
    /// More than [`MAX_CHARS`].
    #[error("the name has {0} characters; {MAX_CHARS} are the most")]
    TooManyChars(usize),
    /// More than [`MAX_BYTES`].
    #[error("the name has {0} bytes in UTF-8; {MAX_BYTES} are the most a folder's name can have")]
    TooManyBytes(usize),
    /// A character that separates folders or that some system refuses.
    #[error(
        "the name contains {0}, which some systems cannot store in a folder's name (none of < > : \" / \\ | ? * can be used)"
    )]
    Forbidden(char),
    /// A control or invisible formatting character.
    #[error("the name contains the invisible character U+{:04X}", u32::from(*.0))]
    Invisible(char),
    /// Hidden files begin with a dot.
    #[error("a name cannot begin with a dot")]
    LeadingDot,
    /// Windows drops it.
    #[error("a name cannot end with a dot, because Windows drops it")]
    TrailingDot,
    /// A device of Windows.
    #[error("{0} is a name that Windows keeps for a device")]
    Reserved(String),
}

impl PersonName {
    /// Normalises (NFC, white space at both ends dropped) and checks.
    ///
    /// # Errors
    /// A [`NameError`] that says which rule is broken.
    pub fn new(text: &str) -> Result<Self, NameError> {
        let name: String = text.nfc().collect();
        let name = name.trim();
        if let Some(c) = name.chars().find(|&c| is_invisible(c)) {
            return Err(NameError::Invisible(c));
        }
        if let Some(c) = name.chars().find(|&c| FORBIDDEN.contains(c)) {
            return Err(NameError::Forbidden(c));
        }
        // A joiner alone draws nothing, though inside a name it is letters' spelling (Persian, Sinhala).
        if name.chars().all(|c| c.is_whitespace() || is_joiner(c)) {
            return Err(NameError::Empty);
        }
        if name.starts_with('.') {
            return Err(NameError::LeadingDot);
        }
        if name.ends_with('.') {
            return Err(NameError::TrailingDot);
        }
        let chars = name.chars().count();
        if chars > MAX_CHARS {
            return Err(NameError::TooManyChars(chars));
        }
        if name.len() > MAX_BYTES {
            return Err(NameError::TooManyBytes(name.len()));
        }
        if is_reserved(name) {
            return Err(NameError::Reserved(name.to_owned()));
        }
        Ok(Self(name.to_owned()))
    }

    /// The name as it is shown and stored.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The key by which two names are the same: compatibility normalisation (NFKC), full case folding, one space for each
    /// run of white space. At least as coarse as the case-insensitive file systems of Windows and macOS, so that two names
    /// with different keys can always live side by side in one folder.
    #[must_use]
    pub fn fold_key(&self) -> String {
        fold(&self.0)
    }
}

/// [`PersonName::fold_key`] of a text that may be no valid name (a folder found on disk).
pub(crate) fn fold(text: &str) -> String {
    // Upper then lower case, a character at a time, is full case folding without a table: ß and SS, ς and σ come out equal.
    // A second round catches what normalisation composes anew from folded parts.
    let once = |text: &str| -> String {
        let folded: String = text.nfkd().flat_map(char::to_uppercase).flat_map(char::to_lowercase).collect();
        folded.nfkc().filter(|&c| !is_joiner(c)).collect()
    };
    let folded = once(&once(text));
    folded.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Control characters, line separators, zero-width spaces, and marks that reorder text on the screen.
fn is_invisible(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// Zero-width joiner and non-joiner.
fn is_joiner(c: char) -> bool {
    matches!(c, '\u{200c}' | '\u{200d}')
}

fn is_reserved(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or(name).trim_end().to_lowercase();
    if RESERVED.contains(&stem.as_str()) {
        return true;
    }
    let port = stem.strip_prefix("com").or_else(|| stem.strip_prefix("lpt"));
    // Windows takes the superscript digits for digits here.
    port.is_some_and(|n| matches!(n, "0" | "1" | "2" | "3" | "4" | "5" | "6" | "7" | "8" | "9" | "¹" | "²" | "³"))
}

impl fmt::Display for PersonName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for PersonName {
    type Err = NameError;
    fn from_str(text: &str) -> Result<Self, NameError> {
        Self::new(text)
    }
}

impl TryFrom<String> for PersonName {
    type Error = NameError;
    fn try_from(text: String) -> Result<Self, NameError> {
        Self::new(&text)
    }
}

impl From<PersonName> for String {
    fn from(name: PersonName) -> Self {
        name.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn key(text: &str) -> String {
        PersonName::new(text).unwrap().fold_key()
    }

    #[test]
    fn real_names_are_kept_as_they_are() {
        for name in [
            "Alice",
            "Anna Maria",
            "José Núñez",
            "O'Brien",
            "山田 太郎",
            "Ольга",
            "Mary-Jane",
            "Dr. No",
            "Zoë (kid)",
            "نگار‌ه",
        ] {
            assert_eq!(PersonName::new(name).unwrap().as_str(), name);
        }
        assert_eq!(PersonName::new("  Jose\u{301} ").unwrap().as_str(), "José");
    }

    #[test]
    fn what_some_system_cannot_store_is_refused_with_its_reason() {
        for (text, error) in [
            ("", NameError::Empty),
            (" \u{3000} ", NameError::Empty),
            ("\u{200d}", NameError::Empty),
            ("..", NameError::LeadingDot),
            (".hidden", NameError::LeadingDot),
            ("Alice.", NameError::TrailingDot),
            ("a/b", NameError::Forbidden('/')),
            ("..\\..\\etc", NameError::Forbidden('\\')),
            ("what?", NameError::Forbidden('?')),
            ("a\0b", NameError::Invisible('\0')),
            ("a\nb", NameError::Invisible('\n')),
            ("ali\u{202e}ce", NameError::Invisible('\u{202e}')),
            ("CON", NameError::Reserved("CON".into())),
            ("nul.txt", NameError::Reserved("nul.txt".into())),
            ("com1", NameError::Reserved("com1".into())),
            ("LPT³", NameError::Reserved("LPT³".into())),
        ] {
            assert_eq!(PersonName::new(text), Err(error), "{text:?}");
        }
        assert_eq!(PersonName::new(&"a".repeat(81)), Err(NameError::TooManyChars(81)));
        assert!(PersonName::new(&"é".repeat(80)).is_ok());
        assert_eq!(PersonName::new(&"日".repeat(67)), Err(NameError::TooManyBytes(201)));
        assert!(PersonName::new("Connie").is_ok() && PersonName::new("Comfort").is_ok());
    }

    #[test]
    fn names_that_differ_only_in_case_width_or_normalisation_are_one() {
        assert_eq!(key("ALICE"), key("alice"));
        assert_eq!(key("Strauß"), key("STRAUSS"));
        assert_eq!(key("Σίσυφος"), key("ΣΊΣΥΦΟΣ"));
        assert_eq!(key("José"), key("jose\u{301}"));
        assert_eq!(key("Ａｌｉｃｅ"), key("Alice"));
        assert_eq!(key("ﾔﾏﾀﾞ"), key("ヤマダ"));
        assert_eq!(key("Anna  Maria"), key("anna maria"));
        assert_ne!(key("Jose"), key("José"));
        assert_ne!(key("山田"), key("川田"));
    }

    proptest! {
        #[test]
        fn a_valid_name_is_valid_again_and_unchanged(text in "\\PC{0,90}") {
            if let Ok(name) = PersonName::new(&text) {
                prop_assert_eq!(&PersonName::new(name.as_str()).unwrap(), &name);
                prop_assert!(!name.as_str().contains(['/', '\\', '\0']));
                prop_assert!(name.as_str().len() <= MAX_BYTES);
            }
        }

        #[test]
        fn folding_twice_changes_nothing(text in "\\PC{0,40}") {
            let once = fold(&text);
            prop_assert_eq!(fold(&once), once);
        }

        #[test]
        fn case_never_makes_another_person(text in "\\PC{0,40}") {
            // Decomposed first, as Unicode's rule for caseless matching has it: a composed letter's iota below becomes a letter
            // of its own in capitals, and marks that followed would then follow that one.
            let text: String = text.nfkd().collect();
            prop_assert_eq!(fold(&text.to_uppercase()), fold(&text));
            prop_assert_eq!(fold(&text.to_lowercase()), fold(&text));
        }
    }
}
