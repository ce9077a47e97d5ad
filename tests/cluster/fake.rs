//! The fake API server of the fault tests answers as the real one does.

use std::time::Duration;

use crate::fake::Fake;
use crate::requests;
use crate::support::Test;

#[test]
fn the_fake_api_server_answers_the_table_of_requests_as_the_real_one() {
    let Some(test) = Test::start("fake") else { return };
    let real = test.block_on(requests::answers(&test.client(), &test.namespace));
    let (fake, _) = test.block_on(async {
        let fake = Fake::new(&[]);
        fake.state().faults.latency = (Duration::ZERO, Duration::ZERO);
        fake.client("admin")
    });
    let faked = test.block_on(requests::answers(&fake, &test.namespace));
    let pairs = real.iter().zip(&faked).filter(|(real, faked)| real != faked);
    let different: Vec<String> = pairs
        .map(|(real, faked)| format!("real  {real}\nfake  {faked}"))
        .collect();
    assert!(
        different.is_empty(),
        "{} of {} answers differ:\n{}",
        different.len(),
        real.len(),
        different.join("\n")
    );
    assert_eq!(real.len(), faked.len());
    say!("{} requests answered alike", real.len());
}
