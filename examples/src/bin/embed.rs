//! Prints what the example [`callbox_examples::embed`] gives: `cargo run -p callbox-examples --bin embed`.

#![allow(clippy::print_stdout, reason = "printing is what the program is for")]

#[tokio::main]
async fn main() -> Result<(), callbox::Error> {
    print!("{}", callbox_examples::embed::example().await?);
    Ok(())
}
