using Xunit;

namespace CohereShell.Tests.Emulator;

/// <summary>A request for each kind of answer.</summary>
public static class ChatSamples
{
    internal const string WeatherTool = """
        {"type":"function","function":{"name":"get_weather","description":"Gets the weather of a city",
        "parameters":{"type":"object","required":["city"],"properties":{"city":{"type":"string"},"days":{"type":"integer"},
        "unit":{"type":"string","enum":["celsius","fahrenheit"]}}}}}
        """;

    internal const string ProcessTool = """
        {"type":"function","function":{"name":"get_process","description":"Lists what runs on the machine",
        "parameters":{"type":"object","properties":{"name":{"type":"string"}}}}}
        """;

    internal const string ToolHistory = """
        "messages":[{"role":"user","content":"What is the weather in Riga?"},
        {"role":"assistant","tool_plan":"I will look.","tool_calls":[{"id":"call_1","type":"function","function":{"name":"get_weather","arguments":"{\"city\":\"Riga\"}"}}]},
        {"role":"tool","tool_call_id":"call_1","content":"{\"temperature\":4,\"sky\":\"grey 🌧\"}"}]
        """;

    internal const string Documents = """
        "documents":["Cats sleep a lot.",{"id":"runbook","data":{"title":"Backup","text":"The 💾 backup runs at two. It ends at four."}}]
        """;

    /// <summary>The name, the message and additional fields.</summary>
    public static TheoryData<string, string, string> All => new()
    {
        { "plain", "Explain event 4625 to a junior admin", "" },
        { "with every sampling field", "Hello", """ "temperature":0.2,"k":5,"p":0.8,"seed":18446744073709551615,"frequency_penalty":0.1,"presence_penalty":0.2,"safety_mode":"OFF","priority":3 """ },
        { "other scripts", "Grüße, мир, 世界, 🎉", "" },
        { "thinking", "Why?", """ "thinking":{"type":"enabled"} """ },
        { "reasoning model", "Why?", """ "model":"command-a-reasoning-08-2025" """ },
        { "reasoning model that must not think", "Why?", """ "model":"command-a-reasoning-08-2025","thinking":{"type":"disabled"} """ },
        { "max tokens", "Why?", """ "max_tokens":7 """ },
        { "stop sequence", "Why?", """ "stop_sequences":["emulator"] """ },
        { "logprobs", "Why?", """ "logprobs":true """ },
        { "citations", "When does the backup run?", Documents },
        { "citations while thinking", "When does the backup run?", Documents + ""","thinking":{"type":"enabled"} """ },
        { "citations off", "When does the backup run?", Documents + ""","citation_options":{"mode":"OFF"} """ },
        { "tool call", "What is the weather in Riga?", $"\"tools\":[{WeatherTool},{ProcessTool}]" },
        { "two tool calls", "Use get_weather of 'Riga' and get_process", $"\"tools\":[{WeatherTool},{ProcessTool}]" },
        { "tool call of a reasoning model", "What is the weather in Riga?", $"\"tools\":[{WeatherTool}],\"model\":\"command-a-reasoning-08-2025\"" },
        { "tool result", "", $"\"tools\":[{WeatherTool}],{ToolHistory}" },
        { "json", "Make a JSON of this", """ "response_format":{"type":"json_object"} """ },
        { "json with a schema", "Ada is 36", """ "response_format":{"type":"json_object","json_schema":{"type":"object","properties":{"age":{"type":"integer"}}}} """ },
        { "image", "", """ "model":"command-a-vision-07-2025","messages":[{"role":"user","content":[{"type":"text","text":"Look"},{"type":"image_url","image_url":{"url":"data:image/png;base64,AAAA","detail":"low"}}]}] """ },
        { "history", "", """ "messages":[{"role":"system","content":"Be brief"},{"role":"user","content":"I am Ada"},{"role":"assistant","content":[{"type":"text","text":"Hello"}]},{"role":"user","content":"Who am I?"}] """ },
    };
}
