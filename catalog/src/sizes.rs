//! What a host reads on each surface, for `make tokens`.

use serde_json::{Value, json};

use crate::compile::Compiled;
use crate::declaration::Effect;
use crate::tool::Tool;

impl Compiled {
    /// A JSON object for each surface: its address, the bytes of the tools in its `tools/list`, and
    /// of each tool what a host hands to the model (`name`, `description`, `inputSchema`) as text.
    #[must_use]
    pub fn sizes(&self) -> Vec<Value> {
        let core = |tool: &Tool| tool.core;
        let mut surfaces = vec![
            self.surface("/mcp", &core),
            self.surface("/mcp/readonly", &|tool| tool.core && tool.effect == Effect::Read),
            self.surface("/mcp/x/all", &|_| true),
        ];
        for toolset in self.toolsets() {
            let served = |tool: &Tool| tool.everywhere || tool.toolsets.contains(toolset);
            surfaces.push(self.surface(&format!("/mcp/x/{toolset}"), &served));
        }
        surfaces
    }

    fn surface(&self, path: &str, serves: &dyn Fn(&Tool) -> bool) -> Value {
        let definitions: Vec<&Value> =
            self.tools.iter().filter(|tool| serves(tool)).map(|tool| &tool.json).collect();
        let bytes: usize = definitions.iter().map(|json| json.to_string().len() + 1).sum();
        let tools: Vec<Value> = definitions.iter().map(|json| for_the_model(json)).collect();
        json!({ "surface": path, "bytes": bytes, "tools": tools })
    }
}

fn for_the_model(json: &Value) -> Value {
    let text = json!({
        "name": json["name"],
        "description": json["description"],
        "inputSchema": json["inputSchema"],
    });
    json!({ "name": json["name"], "text": text.to_string() })
}
