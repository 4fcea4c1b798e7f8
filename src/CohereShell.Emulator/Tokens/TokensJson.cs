using System.Text.Json.Serialization;

namespace CohereShell.Emulation;

/// <summary>The tokens of a text in a response.</summary>
internal sealed record SentTokens(IReadOnlyList<int> Tokens, IReadOnlyList<string> TokenStrings, ResponseMeta Meta);

/// <summary>The text of tokens in a response.</summary>
internal sealed record SentText(string Text, ResponseMeta Meta);

/// <summary>Serialization code for responses about tokens.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(SentTokens))]
[JsonSerializable(typeof(SentText))]
internal sealed partial class TokensJson : JsonSerializerContext;
