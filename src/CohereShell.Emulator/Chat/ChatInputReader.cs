namespace CohereShell.Emulation;

/// <summary>
/// Reads a chat request, and refuses it where Cohere does. For the fields, see <see
/// href="https://docs.cohere.com/reference/chat"/>. For the messages, see <see
/// href="https://docs.cohere.com/reference/errors"/>.
/// </summary>
internal static class ChatInputReader
{
    private const int MaxStopSequences = 5;

    internal static ChatInput Read(JsonElement body)
    {
        Field root = Field.Root(body);
        EmulatedModel model = EmulatedModels.Named(root["model"], "chat");
        IReadOnlyList<ChatTurn> turns = ReadTurns(root["messages"], model);
        ToolOffer[] tools = ReadTools(root["tools"]);
        SourceDocument[] documents = ReadDocuments(root["documents"]);
        Field format = root["response_format"].Object();
        string? formatType = ReadFormat(format);
        string? mode = root["citation_options"].Object()["mode"].OneOfAnyCase("ENABLED", "DISABLED", "FAST", "ACCURATE", "OFF");
        string? thinking = ReadThinking(root["thinking"].Object());
        CheckSampling(root);
        CheckCombinations(root, formatType, tools.Length > 0, documents.Length > 0);
        return new ChatInput
        {
            Model = model,
            Stream = root["stream"].Flag(),
            Turns = turns,
            Tools = tools,
            Documents = documents,
            WantsCitations = mode is not ("OFF" or "DISABLED"),
            WantsJson = formatType == "json_object",
            Schema = SchemaOf(format) is { IsPresent: true } schema ? schema.Element : null,
            MaxTokens = root["max_tokens"].Integer(1, int.MaxValue, "must be at least 1."),
            StopSequences = ReadStopSequences(root["stop_sequences"]),
            WantsLogprobs = root["logprobs"].Flag(),
            Thinks = thinking is null ? model.HasFeature("reasoning") : thinking == "enabled",
            TokenBudget = root["thinking"]["token_budget"].Integer(1, int.MaxValue, "must be at least 1."),
            ToolChoice = root["tool_choice"].OneOfAnyCase("REQUIRED", "NONE"),
            InputTokens = CountInput(turns, documents, Tokens.Count),
            InputCharacters = CountInput(turns, documents, text => text.Length),
        };
    }

    private static ChatTurn[] ReadTurns(Field messages, EmulatedModel model)
    {
        ChatTurn[] turns = messages.Items().Select(message => ReadTurn(message.Object(), model)).ToArray();
        if (turns.Length == 0)
        {
            throw new EmulatorException(400, "invalid request: messages must not be empty.");
        }

        return turns[turns.Length - 1].Role is "user" or "tool"
            ? turns
            : throw new EmulatorException(400, "invalid request: the last message must be of role user or tool.");
    }

    private static ChatTurn ReadTurn(Field message, EmulatedModel model)
    {
        string role = message["role"].OneOf("user", "assistant", "system", "tool")
            ?? throw message["role"].Invalid("is required.");
        Field content = message["content"];
        if (role == "tool")
        {
            return new ChatTurn { Role = role, ToolResults = ReadToolResults(message, content) };
        }

        string[] images = role == "user" ? ReadImages(content, model) : [];
        string text = ReadText(content);
        bool callsTools = role == "assistant" && (message["tool_calls"].Items().Count > 0 || message["tool_plan"].Text() is { Length: > 0 });
        if (text.Trim().Length == 0 && images.Length == 0 && !callsTools)
        {
            throw content.Invalid("is empty, message must be at least 1 token long.");
        }

        return new ChatTurn { Role = role, Text = text, Images = images };
    }

    private static string ReadText(Field content)
    {
        if (!content.IsPresent || content.IsText)
        {
            return content.Text() ?? string.Empty;
        }

        IEnumerable<string> texts = content.Items().Select(block => block.Object()["type"].OneOf("text", "thinking", "image_url", "document") switch
        {
            "text" => block["text"].Text() ?? throw block["text"].Invalid("is required."),
            null => throw block["type"].Invalid("is required."),
            _ => null,
        }).OfType<string>();
        return string.Join("\n", texts);
    }

    private static string[] ReadImages(Field content, EmulatedModel model)
    {
        if (!content.IsList)
        {
            return [];
        }

        string[] images = content.Items().Where(block => block.Object()["type"].Text() == "image_url").Select(ReadImage).ToArray();
        return images.Length == 0 || model.HasFeature("vision")
            ? images
            : throw new EmulatorException(400, $"invalid request: model '{model.Name}' does not support image inputs.");
    }

    private static string ReadImage(Field block)
    {
        Field image = block["image_url"].Object();
        image["detail"].OneOf("auto", "low", "high");
        string url = image["url"].Text() ?? throw image["url"].Invalid("is required.");
        return url.StartsWith("data:image/", StringComparison.OrdinalIgnoreCase)
            || url.StartsWith("http://", StringComparison.OrdinalIgnoreCase)
            || url.StartsWith("https://", StringComparison.OrdinalIgnoreCase)
            ? url
            : throw image["url"].Invalid("must be a web address or a base64 data address of an image.");
    }

    private static ChatToolResult[] ReadToolResults(Field message, Field content)
    {
        string? id = message["tool_call_id"].Text();
        if (string.IsNullOrEmpty(id))
        {
            throw message["tool_call_id"].Invalid("is required.");
        }

        ChatToolResult[] results = content.IsList ? content.Items().Select((block, index) => ReadToolBlock(block, FormattableString.Invariant($"{id}:{index}"))).ToArray()
            : content.IsObject ? [ReadToolBlock(content, id + ":0")]
            : [ReadToolText(content.Text() ?? string.Empty, id + ":0")];
        return results.Length > 0 && results.All(result => result.Text.Length > 0)
            ? results
            : throw content.Invalid("is empty, tool results must be specified.");
    }

    private static ChatToolResult ReadToolBlock(Field block, string sourceId)
    {
        if (block.IsText || block.Object()["type"].OneOf("text", "document") != "document")
        {
            return ReadToolText(block.IsText ? block.Text()! : block["text"].Text() ?? string.Empty, sourceId);
        }

        Field document = block["document"];
        Field data = document.IsText ? document : document.Object()["data"];
        return data.IsText ? ReadToolText(data.Text()!, sourceId)
            : data.Object().IsPresent ? new ChatToolResult(sourceId, JsonText.Flatten(data.Element), data.Element)
            : throw data.Invalid("is required.");
    }

    private static ChatToolResult ReadToolText(string text, string sourceId)
    {
        JsonElement? json = JsonText.TryParse(text);
        return json is { ValueKind: JsonValueKind.Object }
            ? new ChatToolResult(sourceId, JsonText.Flatten(json.Value), json)
            : new ChatToolResult(sourceId, json is { } value ? JsonText.Flatten(value) : text, null);
    }

    private static ToolOffer[] ReadTools(Field tools)
    {
        ToolOffer[] read = tools.Items().Select(ReadTool).ToArray();
        return read.Select(tool => tool.Name).Distinct(StringComparer.Ordinal).Count() == read.Length
            ? read
            : throw new EmulatorException(400, "invalid request: tool names must be unique.");
    }

    private static ToolOffer ReadTool(Field tool)
    {
        if (tool.Object()["type"].OneOf("function") is null)
        {
            throw tool["type"].Invalid("is required.");
        }

        Field function = tool["function"].Object();
        string name = function["name"].Text() ?? string.Empty;
        if (name.Length == 0 || (name[0] >= '0' && name[0] <= '9') || !name.All(IsNameCharacter))
        {
            throw function["name"].Invalid("must consist of letters, digits and underscores, and not start with a digit.");
        }

        return function["parameters"].Object().IsPresent
            ? new ToolOffer(name, function["description"].Text() ?? string.Empty, function["parameters"].Element)
            : throw function["parameters"].Invalid("is required.");
    }

    private static bool IsNameCharacter(char c) => c is (>= 'a' and <= 'z') or (>= 'A' and <= 'Z') or (>= '0' and <= '9') or '_';

    private static SourceDocument[] ReadDocuments(Field documents) =>
        documents.Items().Select((document, index) => ReadDocument(document, FormattableString.Invariant($"doc:{index}"))).ToArray();

    private static SourceDocument ReadDocument(Field document, string id)
    {
        if (document.IsText)
        {
            return new SourceDocument(id, document.Text(), default);
        }

        Field data = document.Object()["data"];
        string name = document["id"].Text() is { Length: > 0 } own ? own : id;

        // Cohere's documentation sends the object as JSON in a text.
        return data.IsText ? JsonText.TryParse(data.Text()!) is { ValueKind: JsonValueKind.Object } json ? new SourceDocument(name, null, json) : new SourceDocument(name, data.Text(), default)
            : data.Object().IsPresent ? new SourceDocument(name, null, data.Element)
            : throw data.Invalid("is required.");
    }

    private static string? ReadFormat(Field format)
    {
        string? type = format["type"].OneOfAnyCase("text", "json_object");
        if (format.IsPresent && type is null)
        {
            throw new EmulatorException(400, "invalid request: response_format.type is required.");
        }

        return type != "json_object" && SchemaOf(format).Object().IsPresent
            ? throw new EmulatorException(400, "invalid request: json_schema must not be specified unless response_format.type is json_object.")
            : type;
    }

    // LangChain sends the older name.
    private static Field SchemaOf(Field format) => format["json_schema"].IsPresent ? format["json_schema"] : format["schema"];

    private static string? ReadThinking(Field thinking) => thinking["type"].OneOfAnyCase("enabled", "disabled") is { } type ? type
        : thinking.IsPresent ? throw new EmulatorException(400, "invalid request: thinking.type is required.")
        : null;

    private static string[] ReadStopSequences(Field field)
    {
        string[] sequences = field.Texts();
        if (sequences.Length > MaxStopSequences)
        {
            throw field.Invalid(FormattableString.Invariant($"must have at most {MaxStopSequences} entries - received {sequences.Length}."));
        }

        return sequences.Where(sequence => sequence.Length > 0).ToArray();
    }

    private static void CheckSampling(Field root)
    {
        root["temperature"].Number(0, 1, "0 and 1.0");
        root["k"].Integer(0, 500, "must be between 0 and 500 inclusive.");
        root["p"].Number(0.01, 0.99, "0.01 and 0.99");
        root["frequency_penalty"].Number(0, 1, "0 and 1");
        root["presence_penalty"].Number(0, 1, "0 and 1");
        root["seed"].Number(0, ulong.MaxValue, "0 and 18446744073709551615");
        root["priority"].Integer(0, 999, "must be between 0 and 999 inclusive.");
    }

    private static void CheckCombinations(Field root, string? formatType, bool hasTools, bool hasDocuments)
    {
        string? safety = root["safety_mode"].OneOfAnyCase("CONTEXTUAL", "STRICT", "OFF");
        Refuse(formatType == "json_object" && hasDocuments, "response_format is not supported with RAG.");
        Refuse(formatType == "json_object" && hasTools, "response_format is not supported with tools.");
        Refuse(root["tool_choice"].IsPresent && !hasTools, "tool_choice cannot be specified without tools.");
        Refuse(root["strict_tools"].Flag() && !hasTools, "strict_tools cannot be specified without tools.");
        Refuse(safety is not null && hasTools, "safety_mode is not supported with tools.");
        Refuse(safety is not null && hasDocuments, "safety_mode is not supported with documents.");
    }

    private static void Refuse(bool condition, string message)
    {
        if (condition)
        {
            throw new EmulatorException(400, "invalid request: " + message);
        }
    }

    private static int CountInput(IReadOnlyList<ChatTurn> turns, IReadOnlyList<SourceDocument> documents, Func<string, int> count) =>
        turns.Sum(turn => count(turn.Text) + turn.ToolResults.Sum(result => count(result.Text)))
        + documents.Sum(document => document.Texts().Sum(text => count(text.Value)));
}
