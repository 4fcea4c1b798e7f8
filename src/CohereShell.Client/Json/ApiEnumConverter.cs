using System.Text.Json.Serialization;

namespace CohereShell;

/// <summary>Writes an enum as the API spells it in upper case: <c>MaxTokens</c> as <c>MAX_TOKENS</c>.</summary>
/// <typeparam name="T">The enum.</typeparam>
internal sealed class UpperCaseEnumConverter<T> : JsonStringEnumConverter<T>
    where T : struct, Enum
{
    public UpperCaseEnumConverter()
        : base(JsonNamingPolicy.SnakeCaseUpper, allowIntegerValues: false)
    {
    }
}

/// <summary>Writes an enum as the API spells it in lower case: <c>ImageUrl</c> as <c>image_url</c>.</summary>
/// <typeparam name="T">The enum.</typeparam>
internal sealed class LowerCaseEnumConverter<T> : JsonStringEnumConverter<T>
    where T : struct, Enum
{
    public LowerCaseEnumConverter()
        : base(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false)
    {
    }
}
