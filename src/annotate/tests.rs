//! Claims about annotated pictures, checked on pixels.

use super::*;
use proptest::prelude::*;

fn fonts() -> Fonts {
    Fonts::with_folders(Vec::new()).unwrap()
}

fn grey(width: u32, height: u32) -> RgbImage {
    RgbImage::from_pixel(width, height, image::Rgb([128, 128, 128]))
}

fn label(x: f32, y: f32, w: f32, text: &str) -> Label {
    Label { box_in_frame: Rect { x, y, w, h: w * 1.3 }, text: text.to_owned(), kind: LabelKind::Confirmed }
}

/// Where each label of a picture went, by the same steps as [`annotate`].
fn plates(width: u32, height: u32, labels: &[Label]) -> Vec<Option<Rect>> {
    let fonts = fonts();
    let style = Style::for_picture(width, height);
    let boxes: Vec<Rect> = labels.iter().map(|label| label.box_in_frame).collect();
    let mut taken = Vec::new();
    labels
        .iter()
        .enumerate()
        .map(|(at, label)| {
            let line = fonts.line(&label.text).unwrap();
            let plate = layout::place(&line, at, &boxes, &taken, &style)?.plate;
            taken.push(plate);
            Some(plate)
        })
        .collect()
}

fn white_pixels(picture: &RgbImage, area: Rect) -> usize {
    picture
        .enumerate_pixels()
        .filter(|(x, y, pixel)| {
            let here = Rect { x: *x as f32, y: *y as f32, w: 1.0, h: 1.0 };
            here.overlap(&area) > 0.5 && pixel.0.iter().all(|&channel| channel > 200)
        })
        .count()
}

#[test]
fn a_name_is_written_on_a_dark_plate_and_a_longer_name_writes_more() {
    let mut counts = Vec::new();
    for text in ["Al", "Alexandra"] {
        let labels = [label(200.0, 200.0, 120.0, text)];
        let mut picture = grey(640, 480);
        annotate(&mut picture, &labels, &fonts());
        let plate = plates(640, 480, &labels)[0].unwrap();
        counts.push(white_pixels(&picture, plate));
        let corner = picture.get_pixel(plate.right() as u32 - 1, plate.y as u32);
        assert!(corner.0.iter().all(|&channel| channel < 60), "the plate is dark: {corner:?}");
    }
    assert!(counts[0] > 20 && counts[1] > 2 * counts[0], "white pixels: {counts:?}");
}

#[test]
fn an_accented_name_has_its_accent() {
    let draw = |text| {
        let mut picture = grey(640, 480);
        annotate(&mut picture, &[label(200.0, 200.0, 120.0, text)], &fonts());
        picture
    };
    assert_ne!(draw("Rene"), draw("René"));
    assert_ne!(draw("Алексей"), draw("Αλέξης"));
}

#[test]
fn a_box_is_drawn_in_the_color_of_its_kind_and_around_not_over_the_face() {
    let mut picture = grey(640, 480);
    let marked = Label { kind: LabelKind::Unknown, text: String::new(), ..label(200.0, 100.0, 100.0, "") };
    annotate(&mut picture, &[marked], &fonts());
    assert_eq!(picture.get_pixel(200, 160).0, LabelKind::Unknown.color());
    assert_eq!(picture.get_pixel(250, 160).0, [128, 128, 128]);
}

#[test]
fn a_name_without_glyphs_becomes_its_number_and_a_legend_says_so() {
    let fonts = fonts();
    assert!(fonts.line("田中さくら").is_none());
    let draw = |text| {
        let mut picture = grey(640, 480);
        annotate(&mut picture, &[label(10.0, 100.0, 90.0, "Bob"), label(300.0, 100.0, 90.0, text)], &fonts);
        picture
    };
    let (japanese, number) = (draw("田中さくら"), draw("#2"));
    let bottom = 440;
    let upper = |picture: &RgbImage| image::imageops::crop_imm(picture, 0, 0, 640, bottom).to_image();
    assert_eq!(upper(&japanese), upper(&number), "the second label reads #2");
    let legend = Rect { x: 0.0, y: bottom as f32, w: 640.0, h: 40.0 };
    assert_eq!(white_pixels(&number, legend), 0);
    assert!(white_pixels(&japanese, legend) > 100);
}

#[test]
fn scripts_that_need_shaping_are_numbered_not_written_wrongly() {
    let fonts = fonts();
    for text in ["محمد", "דוד", "सीता", "สมชาย"] {
        assert!(fonts.line(text).is_none(), "{text}");
    }
    for text in ["Zoë Świątek", "Ελένη", "Дмитрий", "Nguyễn Thị Hoa", "O'Brien-Øster 97 %"] {
        assert!(fonts.line(text).is_some(), "{text}");
    }
}

#[test]
fn a_letter_that_the_binary_lacks_comes_from_a_font_folder() {
    // The font of the binary under another name, with one letter's place taken by another: what matters is the way there.
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("truetype")).unwrap();
    std::fs::write(folder.path().join("truetype/broken.ttf"), b"no font").unwrap();
    std::fs::write(folder.path().join("truetype/Wide.TTF"), font_with_letter('田')).unwrap();
    let fonts = Fonts::with_folders(vec![folder.path().to_owned(), folder.path().join("missing")]).unwrap();
    assert!(fonts.line("田").is_some());
    assert!(fonts.line("中").is_none());
    drop(folder);
    assert!(fonts.line("Bob 田").is_some(), "the found font is kept in memory");
}

/// The bundled font with `A` known as `letter`, by rewriting its character map.
fn font_with_letter(letter: char) -> Vec<u8> {
    let mut font = include_bytes!("../../weights/fonts/DejaVuSans-Bold.ttf").to_vec();
    let u16_at = |font: &[u8], at: usize| u16::from_be_bytes([font[at], font[at + 1]]);
    let u32_at =
        |font: &[u8], at: usize| u32::from_be_bytes([font[at], font[at + 1], font[at + 2], font[at + 3]]) as usize;
    let tables = usize::from(u16_at(&font, 4));
    let entry = (0..tables).map(|n| 12 + 16 * n).find(|&at| &font[at..at + 4] == b"cmap").unwrap();
    let cmap = u32_at(&font, entry + 8);
    // A format 12 table with one group, written over the first subtable; all records point to it.
    let subtable = u32_at(&font, cmap + 8);
    let glyph = {
        use ab_glyph::Font;
        ab_glyph::FontRef::try_from_slice(&font).unwrap().glyph_id('A').0
    };
    let code = u32::from(letter).to_be_bytes();
    let mut table = vec![0, 12, 0, 0, 0, 0, 0, 28, 0, 0, 0, 0, 0, 0, 0, 1];
    table.extend(code);
    table.extend(code);
    table.extend(u32::from(glyph).to_be_bytes());
    font[cmap + subtable..cmap + subtable + table.len()].copy_from_slice(&table);
    for record in 0..usize::from(u16_at(&font, cmap + 2)) {
        let at = cmap + 4 + 8 * record;
        font[at..at + 4].copy_from_slice(&[0, 3, 0, 10]);
        font[at + 4..at + 8].copy_from_slice(&u32::try_from(subtable).unwrap().to_be_bytes());
    }
    font
}

#[test]
fn a_label_at_any_edge_stays_inside() {
    let (w, h) = (640, 480);
    for (x, y) in [(-40.0, -60.0), (600.0, -60.0), (-40.0, 440.0), (600.0, 440.0), (300.0, -20.0), (300.0, 470.0)] {
        let plate = plates(w, h, &[label(x, y, 90.0, "Bartholomew Longname")])[0].expect("there is room");
        assert!(plate.x >= 0.0 && plate.y >= 0.0 && plate.right() <= 640.0 && plate.bottom() <= 480.0, "{plate:?}");
    }
}

#[test]
fn a_name_wider_than_the_picture_is_cut_with_dots() {
    let labels = [label(60.0, 60.0, 80.0, &"Wolfeschlegelsteinhausen ".repeat(4))];
    let plate = plates(250, 200, &labels)[0].unwrap();
    assert!(plate.w <= 250.0 && plate.w > 150.0, "{plate:?}");
}

#[test]
fn a_face_that_fills_the_picture_has_its_label_inside() {
    let labels = [label(-10.0, -10.0, 300.0, "Alice 97 %")];
    assert!(plates(250, 250, &labels)[0].is_some());
}

#[test]
fn letters_grow_with_the_picture() {
    let at = |scale: u32| {
        let s = scale as f32;
        plates(500 * scale, 400 * scale, &[label(100.0 * s, 100.0 * s, 100.0 * s, "Alice")])[0].unwrap().h
    };
    assert!(at(8) > 6.0 * at(1), "{} {}", at(1), at(8));
}

#[test]
fn a_picture_of_one_pixel_is_survived() {
    let mut picture = grey(1, 1);
    annotate(&mut picture, &[label(0.0, 0.0, 1.0, "Alice"), label(0.0, 0.0, 1.0, "田")], &fonts());
    assert!(encode_jpeg(&picture, 85).is_ok());
}

#[test]
fn a_jpeg_holds_what_was_drawn_and_an_empty_picture_is_refused_in_words() {
    let mut picture = grey(320, 240);
    annotate(&mut picture, &[label(100.0, 100.0, 60.0, "Alice")], &fonts());
    let bytes = encode_jpeg(&picture, 85).unwrap();
    let back = image::load_from_memory(&bytes).unwrap().to_rgb8();
    let worst = picture.as_raw().iter().zip(back.as_raw()).map(|(a, b)| a.abs_diff(*b)).max().unwrap();
    assert!(worst < 130, "letters survive: {worst}");
    let refused = encode_jpeg(&RgbImage::new(0, 7), 85).unwrap_err().to_string();
    assert_eq!(refused, "cannot write a JPEG of 0×7 pixels: it is empty");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn labels_never_cover_each_other_and_never_leave_the_picture(
        width in 120u32..1600, height in 120u32..1200,
        faces in prop::collection::vec((-0.2f32..1.1, -0.2f32..1.1, 0.02f32..0.6, "[A-Za-zА-я ]{1,24}"), 1..14),
    ) {
        let (w, h) = (width as f32, height as f32);
        let labels: Vec<Label> = faces.iter().map(|(x, y, s, text)| label(x * w, y * h, s * w, text)).collect();
        let plates: Vec<Rect> = plates(width, height, &labels).into_iter().flatten().collect();
        prop_assert!(!plates.is_empty());
        for (at, plate) in plates.iter().enumerate() {
            prop_assert!(plate.x >= 0.0 && plate.y >= 0.0 && plate.right() <= w && plate.bottom() <= h);
            for other in &plates[at + 1..] {
                prop_assert!(plate.overlap(other) <= 0.0);
            }
        }
    }
}
