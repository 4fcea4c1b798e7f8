namespace CohereShell;

/// <summary>The types of API keys that Cohere issues. See <see href="https://docs.cohere.com/docs/rate-limits"/>.</summary>
public enum CohereKeyType
{
    /// <summary>Free, with low rate limits and 1,000 calls a month.</summary>
    Trial,

    /// <summary>Billed, with higher rate limits.</summary>
    Production,
}
