//! Prints the output of the example [`callbox_examples::embed`]: `cargo run -p callbox-examples --bin embed`.

#![allow(clippy::print_stdout, reason = "this program exists to print")]

#[tokio::main]
async fn main() -> Result<(), callbox::Error> {
    print!("{}", callbox_examples::embed::example().await?);
    Ok(())
}
