namespace CohereShell.Emulation;

/// <summary>
/// The usage of an answer. As in Cohere's answers, the tokens differ from the billed units: the prompt of the service and
/// the definitions of tools are input tokens that aren't billed, and images are billed but counted separately.
/// </summary>
internal sealed class ChatUsage(ChatInput request, ChatAnswer answer)
{
    private const int ImageTokens = 259;
    private const int CacheBlock = 16;
    private const int CallTokens = 14;
    private const int CitationTokens = 8;
    private const int CharactersPerToken = 5;

    // The tokens of the prompt around the messages, in recordings of 2026.
    private const int Prompt = 495;
    private const int ToolPrompt = 900;
    private const int DocumentPrompt = 190;
    private const int ReasoningPrompt = 890;
    private const int ShortPrompt = 25;
    private const string ModelWithShortPrompt = "command-a-plus-05-2026";

    /// <summary>The billed input and output.</summary>
    internal int BilledTokens => BilledInput + BilledOutput;

    /// <summary>The characters of the prompt, without images.</summary>
    internal int Characters => (PromptTokens * CharactersPerToken) + request.InputCharacters;

    private int Images => ImageTokens * request.Turns.Sum(turn => turn.Images.Count);

    private int BilledInput => request.InputTokens + Images;

    private int BilledOutput => answer.OutputTokens;

    private int PromptTokens => (request.Model.Name == ModelWithShortPrompt ? ShortPrompt : Prompt + (request.Thinks ? ReasoningPrompt : 0))
        + (request.Tools.Count > 0 ? ToolPrompt + request.Tools.Sum(tool => Tokens.Count(tool.Parameters.GetRawText())) : 0)
        + (request.Documents.Count > 0 ? DocumentPrompt : 0);

    // The start, and the end unless the model didn't write it. Calls and citations have marks too.
    private int Marks => 1 + (answer.FinishReason == "MAX_TOKENS" ? 0 : 1) + (CallTokens * answer.ToolCalls.Count) + (CitationTokens * answer.Citations.Count);

    // The same prompt comes with every request. It's cached in whole blocks, except the last one.
    private int Cached => Math.Max(0, (PromptTokens / CacheBlock) - 1) * CacheBlock;

    /// <summary>Writes the properties of <c>usage</c>.</summary>
    internal void Write(Utf8JsonWriter writer)
    {
        writer.WriteStartObject("billed_units");
        writer.WriteNumber("input_tokens", BilledInput);
        writer.WriteNumber("output_tokens", BilledOutput);
        writer.WriteEndObject();
        writer.WriteStartObject("tokens");
        writer.WriteNumber("input_tokens", request.InputTokens + PromptTokens);
        writer.WriteNumber("output_tokens", BilledOutput + Marks);
        WriteIfAny(writer, "reasoning_tokens", Tokens.Count(answer.Thinking));
        WriteIfAny(writer, "image_tokens", Images);
        writer.WriteEndObject();
        writer.WriteNumber("cached_tokens", Cached);
    }

    private static void WriteIfAny(Utf8JsonWriter writer, string name, int count)
    {
        if (count > 0)
        {
            writer.WriteNumber(name, count);
        }
    }
}
