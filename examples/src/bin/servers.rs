//! Runs a script with the servers listed in a file: `cargo run -p callbox-examples --bin servers -- .mcp.json
//! script.ts`.

#![allow(clippy::print_stdout, reason = "this program exists to print")]

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let (Some(file), Some(script)) = (arguments.next(), arguments.next()) else {
        return Err("expected a list of servers and a script".into());
    };
    let script = std::fs::read_to_string(script)?;
    print!("{}", callbox_examples::servers::run(file.as_ref(), &script).await?);
    Ok(())
}
