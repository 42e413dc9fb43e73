//! What was measured → SVG pictures.

use std::io;

use plotters::prelude::*;

use super::homes::STATED;
use super::{Report, Setting};

/// Pixels.
const SIZE: (u32, u32) = (760, 460);
/// Ours first; told apart also by those who see no red or green.
const COLORS: [RGBColor; 6] = [
    RGBColor(0, 0, 0),
    RGBColor(230, 159, 0),
    RGBColor(86, 180, 233),
    RGBColor(0, 158, 115),
    RGBColor(213, 94, 0),
    RGBColor(204, 121, 167),
];

/// File names and SVG texts.
///
/// # Errors
/// Where something cannot be drawn, in the drawing library's words.
pub fn draw(report: &Report) -> io::Result<Vec<(String, String)>> {
    let mut drawn = Vec::new();
    for setting in &report.settings {
        let everybody = setting.size == report.people;
        let name = if everybody { "accuracy-everybody.svg" } else { "accuracy-homes.svg" };
        let mut svg = String::new();
        curves(&mut svg, setting, report.people).map_err(|e| io::Error::other(e.to_string()))?;
        drawn.push((name.to_owned(), svg));
    }
    let mut svg = String::new();
    stated(&mut svg, report).map_err(|e| io::Error::other(e.to_string()))?;
    drawn.push(("stated-rate.svg".to_owned(), svg));
    Ok(drawn)
}

type Failed = Box<dyn std::error::Error>;

/// Right against strangers named, a curve for each rule.
fn curves(svg: &mut String, setting: &Setting, people: usize) -> Result<(), Failed> {
    let root = SVGBackend::with_string(svg, SIZE).into_drawing_area();
    root.fill(&WHITE)?;
    let title = if setting.size == people {
        format!("{people} people enrolled")
    } else {
        format!("Homes of {} people", setting.size)
    };
    let shares = setting.rows.first().map(|row| row.curve.as_slice()).unwrap_or_default();
    let (from, to) = (shares.first().map_or(0.001, |s| s.0), shares.last().map_or(0.2, |s| s.0));
    let mut chart = ChartBuilder::on(&root)
        .caption(title, ("sans-serif", 20))
        .margin(14)
        .x_label_area_size(46)
        .y_label_area_size(56)
        .build_cartesian_2d((100.0 * from..100.0 * to).log_scale(), 40.0..100.0)?;
    chart
        .configure_mesh()
        .light_line_style(TRANSPARENT)
        .x_desc("strangers' visits given a name, %")
        .y_desc("known people's visits named rightly, %")
        .x_label_formatter(&|x| format!("{x}"))
        .draw()?;
    for (row, color) in setting.rows.iter().zip(COLORS).rev() {
        let style = color.stroke_width(if row.ours_less.is_none() { 3 } else { 2 });
        let points = row.curve.iter().map(|(share, right)| (100.0 * share, 100.0 * right));
        chart
            .draw_series(LineSeries::new(points, style))?
            .label(row.name.trim_matches('*'))
            .legend(move |(x, y)| PathElement::new(vec![(x, y), (x + 18, y)], style));
    }
    chart
        .configure_series_labels()
        .position(SeriesLabelPosition::LowerRight)
        .background_style(WHITE.mix(0.85))
        .border_style(BLACK.mix(0.3))
        .draw()?;
    root.present()?;
    Ok(())
}

/// The rate measured against the rate stated, with intervals; where they are equal is a line.
fn stated(svg: &mut String, report: &Report) -> Result<(), Failed> {
    /// Zero has no place on a logarithmic axis: this is drawn for it.
    const LEAST: f64 = 0.2;
    let root = SVGBackend::with_string(svg, SIZE).into_drawing_area();
    root.fill(&WHITE)?;
    let mut chart = ChartBuilder::on(&root)
        .caption("Strangers confirmed as somebody, per thousand visits", ("sans-serif", 20))
        .margin(14)
        .x_label_area_size(46)
        .y_label_area_size(56)
        .build_cartesian_2d((0.7..15.0).log_scale(), (LEAST..30.0).log_scale())?;
    let plain = |x: &f64| format!("{x}");
    chart
        .configure_mesh()
        .light_line_style(TRANSPARENT)
        .x_desc("stated")
        .y_desc("measured (at the bottom: none or less)")
        .x_label_formatter(&plain)
        .y_label_formatter(&plain)
        .draw()?;
    chart.draw_series(LineSeries::new([(0.7, 0.7), (15.0, 15.0)], BLACK.mix(0.4)))?;
    for (n, ((size, measured), color)) in report.stated.iter().zip(COLORS).enumerate() {
        // Beside each other, not on top of each other.
        let aside = 1.06_f64.powi(i32::try_from(n)?) * 0.92;
        let at = |value: f64| (1_000.0 * value).max(LEAST);
        let bars = STATED.iter().zip(measured).map(|(stated, e)| {
            let x = f64::from(*stated) * aside;
            PathElement::new(vec![(x, at(e.low)), (x, at(e.high))], color.stroke_width(2))
        });
        chart.draw_series(bars)?;
        let points = STATED
            .iter()
            .zip(measured)
            .map(|(stated, e)| Circle::new((f64::from(*stated) * aside, at(e.value)), 5, color.filled()));
        chart
            .draw_series(points)?
            .label(format!("{size} enrolled"))
            .legend(move |(x, y)| Circle::new((x + 9, y), 5, color.filled()));
    }
    chart
        .configure_series_labels()
        .position(SeriesLabelPosition::UpperLeft)
        .background_style(WHITE.mix(0.85))
        .border_style(BLACK.mix(0.3))
        .draw()?;
    root.present()?;
    Ok(())
}
