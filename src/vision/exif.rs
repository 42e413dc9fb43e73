//! EXIF as cameras, phones and tools really write it → which way up the picture is. Called by `jpeg_header`; `sniff` reads
//! a TIFF's tags with it.
//! Whatever is wrong with the data is overlooked: no picture is refused for its metadata.

use image::metadata::Orientation;

/// The orientation's tag in EXIF and TIFF.
const ORIENTATION: u16 = 0x0112;
/// Some tools leave a few bytes between the segment's name and the TIFF header.
const HEADER_WITHIN: usize = 16;

/// Reads the orientation from a TIFF structure that begins within the first bytes of `data`; `None` without a valid one.
pub(super) fn orientation(data: &[u8]) -> Option<Orientation> {
    let values = tags(data).filter(|(tag, _)| *tag == ORIENTATION);
    values.filter_map(|(_, value)| u8::try_from(value).ok()).find_map(Orientation::from_exif)
}

/// The tags of the first directory of a TIFF structure, each with its first value where that is a number; as far as they go.
pub(super) fn tags(data: &[u8]) -> impl Iterator<Item = (u16, u32)> {
    let start = (0..HEADER_WITHIN.min(data.len()))
        .find(|at| data[*at..].starts_with(b"II*\0") || data[*at..].starts_with(b"MM\0*"));
    let tiff = start.map_or(&[][..], |start| &data[start..]);
    let little = tiff.first() == Some(&b'I');
    let u16_at = move |at: usize| {
        let bytes = *tiff.get(at..)?.first_chunk()?;
        Some(if little { u16::from_le_bytes(bytes) } else { u16::from_be_bytes(bytes) })
    };
    let u32_at = move |at: usize| {
        let bytes = *tiff.get(at..)?.first_chunk()?;
        Some(if little { u32::from_le_bytes(bytes) } else { u32::from_be_bytes(bytes) })
    };
    let directory = u32_at(4).and_then(|at| usize::try_from(at).ok()).unwrap_or(usize::MAX);
    // A directory that says it is longer than its data is read as far as it goes.
    let entries = u16_at(directory).unwrap_or(0);
    let entry = move |n: u16| {
        let at = directory.checked_add(2 + usize::from(n) * 12)?;
        // Most numbers are SHORT by the standard; some tools write a BYTE or a LONG.
        let value = match u16_at(at + 2)? {
            1 => tiff.get(at + 8).copied().map(u32::from),
            3 => u16_at(at + 8).map(u32::from),
            4 => u32_at(at + 8),
            _ => Some(0),
        };
        Some((u16_at(at)?, value?))
    };
    (0..entries).map_while(entry)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A directory of a foreign tag and the orientation, both with `kind`.
    fn exif(big: bool, kind: u16, value: [u8; 4]) -> Vec<u8> {
        let u16s = |v: u16| if big { v.to_be_bytes() } else { v.to_le_bytes() };
        let u32s = |v: u32| if big { v.to_be_bytes() } else { v.to_le_bytes() };
        let mut data = if big { b"MM".to_vec() } else { b"II".to_vec() };
        data.extend(u16s(42));
        data.extend(u32s(8));
        data.extend(u16s(2));
        for (tag, value) in [(0x010f, [0; 4]), (ORIENTATION, value)] {
            data.extend(u16s(tag));
            data.extend(u16s(kind));
            data.extend(u32s(1));
            data.extend(value);
        }
        data
    }

    #[test]
    fn an_orientation_is_read_however_it_is_written() {
        let six = Orientation::from_exif(6);
        assert_eq!(orientation(&exif(false, 3, [6, 0, 0, 0])), six);
        assert_eq!(orientation(&exif(true, 3, [0, 6, 0, 0])), six);
        assert_eq!(orientation(&exif(true, 4, [0, 0, 0, 6])), six);
        assert_eq!(orientation(&exif(false, 1, [6, 0, 0, 0])), six);
        let padded = [&[0; 5][..], &exif(true, 3, [0, 6, 0, 0])].concat();
        assert_eq!(orientation(&padded), six, "padding before the header");
        let mut longer = exif(false, 3, [6, 0, 0, 0]);
        longer[8] = 200;
        assert_eq!(orientation(&longer), six, "fewer entries than promised");
    }

    #[test]
    fn damaged_exif_says_nothing_and_stops_nothing() {
        let whole = exif(false, 3, [6, 0, 0, 0]);
        for length in 0..whole.len() - 2 {
            let _ = orientation(&whole[..length]);
        }
        assert_eq!(orientation(&exif(false, 3, [9, 0, 0, 0])), None);
        assert_eq!(orientation(&exif(false, 2, [6, 0, 0, 0])), None);
        let mut far = whole;
        far[4..8].copy_from_slice(&u32::MAX.to_le_bytes());
        assert_eq!(orientation(&far), None);
    }
}
