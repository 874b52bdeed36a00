//! The content blocks that a script passes to the client with `emit`: images, sound, resources, links.

use std::sync::{Arc, Mutex, PoisonError};

use callbox::{ToolError, ToolErrorCode};
use rmcp::model::ContentBlock;
use serde_json::Value;

/// Maximum blocks of one run.
const BLOCKS_MAX: usize = 32;
/// Maximum bytes of their JSON in total.
const BYTES_MAX: usize = 16 * 1024 * 1024;

/// The blocks that one run has emitted.
#[derive(Debug, Clone, Default)]
pub(crate) struct Emitted(Arc<Mutex<Blocks>>);

#[derive(Debug, Default)]
struct Blocks {
    blocks: Vec<ContentBlock>,
    bytes: usize,
}

impl Emitted {
    /// Adds the arguments of `emit`: a block, or a list of blocks as in a tool's result.
    pub(crate) fn take_in(&self, arguments: Vec<Value>) -> Result<Value, ToolError> {
        let mut count = 0_u64;
        for argument in arguments {
            let blocks = match argument {
                Value::Array(blocks) => blocks,
                block => vec![block],
            };
            for block in blocks {
                self.add(block)?;
                count += 1;
            }
        }
        Ok(count.into())
    }

    fn add(&self, block: Value) -> Result<(), ToolError> {
        let bytes = block.to_string().len();
        let block: ContentBlock = serde_json::from_value(block).map_err(|error| {
            refused(&format!("`emit` takes a content block of a tool's result (`type` `image`, `audio`, `resource` or `resource_link`): {error}"))
        })?;
        if let ContentBlock::Text(_) = block {
            return Err(refused("`emit` does not take text; `return` it, so that it is counted"));
        }
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if held.blocks.len() >= BLOCKS_MAX || held.bytes + bytes > BYTES_MAX {
            return Err(refused(&format!("a run can emit at most {BLOCKS_MAX} blocks of {BYTES_MAX} bytes in total")));
        }
        held.bytes += bytes;
        held.blocks.push(block);
        Ok(())
    }

    /// Returns the blocks, in the order they were emitted.
    pub(crate) fn into_blocks(self) -> Vec<ContentBlock> {
        std::mem::take(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner).blocks)
    }
}

fn refused(message: &str) -> ToolError {
    ToolError::new(ToolErrorCode::InvalidArguments, message)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::Emitted;

    #[test]
    fn blocks_are_taken_and_other_values_refused() {
        let emitted = Emitted::default();
        let image = json!({"type": "image", "data": "aGk=", "mimeType": "image/png"});
        assert_eq!(emitted.take_in(vec![json!([image, image])]).expect("taken"), json!(2));
        assert!(emitted.take_in(vec![json!({"type": "hologram"})]).is_err());
        assert!(emitted.take_in(vec![json!("text")]).is_err());
        assert!(emitted.take_in(vec![json!({"type": "text", "text": "x"})]).is_err(), "text has a budget");
        assert_eq!(emitted.into_blocks().len(), 2);
    }

    #[test]
    fn there_is_an_end_to_what_one_run_emits() {
        let emitted = Emitted::default();
        let block = json!({"type": "image", "data": "aGk=", "mimeType": "image/png"});
        assert!(emitted.take_in(vec![json!(vec![block.clone(); 32])]).is_ok());
        assert!(emitted.take_in(vec![block]).is_err());
    }
}
