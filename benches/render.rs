//! How long rendering takes: `cargo bench --bench render`.
//!
//! In: the hostile families of the tests at their largest, and the corpus of real runbooks where it is there.
//! Out: a table; the slowest first. Must not: judge. The bounds are asserted by `tests/render.rs`.

#[path = "../tests/render/families.rs"]
mod families;

use std::hint::black_box;
use std::path::Path;
use std::time::{Duration, Instant};

use knowledge_operator::api::Format;
use knowledge_operator::parameter::Given;
use knowledge_operator::render::{self, Link, Resolved};

const RUNS: usize = 5;

fn main() {
    println!("largest texts of every hostile family, slowest first");
    println!(
        "{:>10} {:>10} {:>10} {:>9} {:>9}  family",
        "read", "html", "text", "input", "html"
    );
    let mut rows: Vec<_> = families::families(render::MAX_INPUT - 16)
        .into_iter()
        .map(row)
        .collect();
    rows.sort_by_key(|(times, ..)| std::cmp::Reverse(times.iter().sum::<Duration>()));
    for ([read, html, text], input, output, name) in rows {
        println!("{read:>10.1?} {html:>10.1?} {text:>10.1?} {input:>9} {output:>9}  {name}");
    }
    corpus();
}

fn row((name, text): (&'static str, String)) -> ([Duration; 3], usize, usize, &'static str) {
    let facts = render::read(&text, Format::Auto);
    let output = render::html(&text, &facts, None, &Resolved::alone, &Given::NOTHING)
        .as_str()
        .len();
    (times(&text), text.len(), output, name)
}

/// The best of some runs of each reading.
fn times(text: &str) -> [Duration; 3] {
    let facts = render::read(text, Format::Auto);
    let resolve = |link: &Link| Resolved::alone(link);
    [
        best(|| drop(black_box(render::read(text, Format::Auto)))),
        best(|| drop(black_box(render::html(text, &facts, None, &resolve, &Given::NOTHING)))),
        best(|| drop(black_box(render::text(text, Format::Auto)))),
    ]
}

fn best(mut run: impl FnMut()) -> Duration {
    let timed = (0..RUNS).map(|_| {
        let start = Instant::now();
        run();
        start.elapsed()
    });
    timed.min().unwrap_or_default()
}

/// Real documents: bytes of Markdown per second.
fn corpus() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus/openshift-runbooks/alerts");
    let mut texts = Vec::new();
    let mut folders = vec![folder];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "md") {
                texts.extend(std::fs::read_to_string(path));
            }
        }
    }
    if texts.is_empty() {
        println!("SKIPPED: no corpus beside the checkout");
        return;
    }
    let bytes: usize = texts.iter().map(String::len).sum();
    let took: [Duration; 3] = texts
        .iter()
        .map(|text| times(text))
        .fold([Duration::ZERO; 3], |sum, times| {
            [sum[0] + times[0], sum[1] + times[1], sum[2] + times[2]]
        });
    println!("\n{} real documents, {bytes} bytes", texts.len());
    for (name, took) in ["read", "html", "text"].into_iter().zip(took) {
        println!(
            "{name:>6} {took:>10.1?}  {:>7.0} MB/s",
            bytes as f64 / took.as_secs_f64() / 1e6
        );
    }
}
