//! A picture of lines over two logarithmic axes, as SVG.
//!
//! Ink is `currentColor`, which follows the page's choice of light or dark, and lines
//! differ by their dashes, so it reads on both and without colours.

use std::fmt::Write as _;

use crate::scale::grouped;

const WIDTH: f64 = 760.0;
const HEIGHT: f64 = 460.0;
const LEFT: f64 = 80.0;
const RIGHT: f64 = 640.0;
const TOP: f64 = 44.0;
const BOTTOM: f64 = 400.0;

/// Dashes, one pattern a line.
const DASHES: [&str; 8] = ["none", "9 4", "2 3", "9 3 2 3", "14 5", "5 2", "1 5", "12 3 2 3 2 3"];

/// Least distance of two names at the right.
const APART: f64 = 16.0;

/// One line: its name, and x and y of its points, all above 0.
pub struct Line {
    /// The name.
    pub name: &'static str,
    /// Entries and seconds.
    pub points: Vec<(f64, f64)>,
}

/// One axis: powers of ten, and where they lie.
struct Axis {
    first: f64,
    last: f64,
    from: f64,
    to: f64,
}

impl Axis {
    /// From the power of ten below all values to the one above.
    fn over(values: impl Iterator<Item = f64>, from: f64, to: f64) -> Self {
        let (low, high) =
            values.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), v| (low.min(v), high.max(v)));
        let (first, last) = (low.log10().floor(), high.log10().ceil());
        Self { first, last: if last > first { last } else { first + 1.0 }, from, to }
    }

    fn at(&self, value: f64) -> f64 {
        self.from + (value.log10() - self.first) / (self.last - self.first) * (self.to - self.from)
    }

    fn powers(&self) -> impl Iterator<Item = i32> {
        self.first as i32..=self.last as i32
    }
}

/// Draws the lines.
pub fn draw(lines: &[Line]) -> String {
    let all = || lines.iter().flat_map(|line| &line.points);
    if all().next().is_none() {
        return String::new();
    }
    let x = Axis::over(all().map(|(x, _)| *x), LEFT, RIGHT);
    let y = Axis::over(all().map(|(_, y)| *y), BOTTOM, TOP);
    let mut svg = head();
    grid(&mut svg, &x, &y);
    for (line, dash) in lines.iter().zip(DASHES.into_iter().cycle()) {
        curve(&mut svg, line, dash, &x, &y);
    }
    names(&mut svg, lines, &y);
    svg.push_str("</svg>\n");
    svg
}

fn head() -> String {
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\" \
         aria-labelledby=\"title desc\" font-family=\"sans-serif\" font-size=\"13\" fill=\"currentColor\">\n\
         <title id=\"title\">What the commands take while a ledger grows</title>\n\
         <desc id=\"desc\">Wall time of each command, in seconds, over the number of entries, both axes \
         logarithmic. The figures are those of the table in BENCHMARKS.md.</desc>\n\
         <style>svg {{ color: #222 }} @media (prefers-color-scheme: dark) {{ svg {{ color: #ddd }} }}</style>\n"
    )
}

fn grid(svg: &mut String, x: &Axis, y: &Axis) {
    svg.push_str("<g stroke=\"currentColor\" stroke-opacity=\"0.25\" stroke-width=\"1\">\n");
    for power in x.powers() {
        let at = x.at(10_f64.powi(power));
        let _ = writeln!(svg, "<line x1=\"{at:.1}\" y1=\"{TOP}\" x2=\"{at:.1}\" y2=\"{BOTTOM}\"/>");
    }
    for power in y.powers() {
        let at = y.at(10_f64.powi(power));
        let _ = writeln!(svg, "<line x1=\"{LEFT}\" y1=\"{at:.1}\" x2=\"{RIGHT}\" y2=\"{at:.1}\"/>");
    }
    svg.push_str("</g>\n");
    for power in x.powers() {
        let (at, name) = (x.at(10_f64.powi(power)), grouped(10_f64.powi(power) as u64));
        let _ = writeln!(
            svg,
            "<text x=\"{at:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{name}</text>",
            BOTTOM + 20.0
        );
    }
    for power in y.powers() {
        let (at, name) = (y.at(10_f64.powi(power)) + 4.0, seconds(power));
        let _ =
            writeln!(svg, "<text x=\"{:.1}\" y=\"{at:.1}\" text-anchor=\"end\">{name}</text>", LEFT - 8.0);
    }
    let middle = f64::midpoint(LEFT, RIGHT);
    let _ = writeln!(
        svg,
        "<text x=\"{middle:.1}\" y=\"{:.1}\" text-anchor=\"middle\">entries</text>",
        BOTTOM + 44.0
    );
    let _ = writeln!(svg, "<text x=\"{LEFT}\" y=\"{:.1}\">wall time</text>", TOP - 18.0);
}

fn seconds(power: i32) -> String {
    match power {
        0.. => format!("{} s", 10_u64.pow(power.unsigned_abs())),
        -3..0 => format!("{} ms", 10_u64.pow((power + 3).unsigned_abs())),
        _ => format!("{} us", 10_f64.powi(power + 6)),
    }
}

fn curve(svg: &mut String, line: &Line, dash: &str, x: &Axis, y: &Axis) {
    let points: Vec<String> =
        line.points.iter().map(|(px, py)| format!("{:.1},{:.1}", x.at(*px), y.at(*py))).collect();
    let _ = writeln!(
        svg,
        "<polyline points=\"{}\" fill=\"none\" stroke=\"currentColor\" stroke-width=\"2\" \
         stroke-dasharray=\"{dash}\"><title>{}</title></polyline>",
        points.join(" "),
        line.name
    );
    for (px, py) in &line.points {
        let _ = writeln!(svg, "<circle cx=\"{:.1}\" cy=\"{:.1}\" r=\"2.5\"/>", x.at(*px), y.at(*py));
    }
}

/// The names behind the last points, moved apart where lines end close together, each
/// with a piece of its dashes.
fn names(svg: &mut String, lines: &[Line], y: &Axis) {
    let mut ends: Vec<(f64, &str, &str)> = lines
        .iter()
        .zip(DASHES.into_iter().cycle())
        .filter_map(|(line, dash)| Some((y.at(line.points.last()?.1), line.name, dash)))
        .collect();
    ends.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut free = TOP;
    for end in &mut ends {
        end.0 = end.0.max(free);
        free = end.0 + APART;
    }
    // What was pushed below the last row of the grid goes up again.
    let mut most = BOTTOM;
    for end in ends.iter_mut().rev() {
        end.0 = end.0.min(most);
        most = end.0 - APART;
    }
    for (at, name, dash) in ends {
        let (from, to, text) = (RIGHT + 8.0, RIGHT + 46.0, RIGHT + 52.0);
        let _ = writeln!(
            svg,
            "<line x1=\"{from:.1}\" y1=\"{at:.1}\" x2=\"{to:.1}\" y2=\"{at:.1}\" stroke=\"currentColor\" \
             stroke-width=\"2\" stroke-dasharray=\"{dash}\"/>"
        );
        let _ = writeln!(svg, "<text x=\"{text:.1}\" y=\"{:.1}\">{name}</text>", at + 4.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn axes_end_at_powers_of_ten() {
        let axis = Axis::over([3.0, 4000.0].into_iter(), 0.0, 400.0);
        assert_eq!(axis.powers().collect::<Vec<_>>(), [0, 1, 2, 3, 4]);
        assert!((axis.at(100.0) - 200.0).abs() < 1e-9);
        assert_eq!([seconds(-4), seconds(-3), seconds(-1), seconds(1)], ["100 us", "1 ms", "100 ms", "10 s"]);
    }

    #[test]
    fn names_never_lie_over_each_other() {
        let line = |name| Line { name, points: vec![(10.0, 1.0), (100.0, 1.0)] };
        let svg = draw(&[line("one"), line("two"), line("three")]);
        assert_eq!(svg.matches("<polyline").count(), 3);
        assert!(svg.contains(">one<") && svg.ends_with("</svg>\n"));
        assert!(!svg.contains("NaN"));
    }
}
