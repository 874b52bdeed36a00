//! A thousand runs of one script, which is compiled once, and a run that is cancelled.

use std::{error::Error, time::Duration};

use callbox::{CancellationToken, Catalog, End, Limits, Outcome, RunRequest, Sandbox};

/// Runs the script with each number from 0 to 999 as its input, and returns the sum of the results.
pub async fn sum_of_squares() -> Result<u64, Box<dyn Error>> {
    let sandbox = Sandbox::new()?;
    let script = sandbox.compile("return input * input", &Limits::default()).await.map_err(|end| format!("{end:?}"))?;
    let mut sum = 0;
    for number in 0..1_000_u64 {
        let request = RunRequest::program(script.clone()).input(number.into());
        let outcome = sandbox.run(&Catalog::default(), request).await?;
        let End::Returned(returned) = &outcome.end else { return Err(outcome.transcript().into()) };
        sum += returned.value.as_u64().ok_or("expected a number")?;
    }
    Ok(sum)
}

/// Cancels a run that would go on for a minute.
pub async fn cancelled() -> Result<Outcome, Box<dyn Error>> {
    let cancel = CancellationToken::new();
    let request = RunRequest::new("await new Promise(done => setTimeout(done, 60_000))").cancel(cancel.clone());
    let sandbox = Sandbox::new()?;
    let catalog = Catalog::default();
    let user_leaves = async {
        tokio::time::sleep(Duration::from_millis(50)).await;
        cancel.cancel();
    };
    let (outcome, ()) = tokio::join!(sandbox.run(&catalog, request), user_leaves);
    Ok(outcome?)
}

#[cfg(test)]
mod tests {
    use callbox::{End, Stopped};

    #[tokio::test]
    async fn a_script_is_compiled_once_and_run_often() {
        assert_eq!(super::sum_of_squares().await.expect("it runs"), 332_833_500);
    }

    #[tokio::test]
    async fn a_cancelled_run_says_so() {
        assert_eq!(super::cancelled().await.expect("it ends").end, End::Stopped(Stopped::Cancelled));
    }
}
