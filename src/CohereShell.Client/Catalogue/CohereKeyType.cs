namespace CohereShell;

/// <summary>The two kinds of keys that Cohere gives out. See <see href="https://docs.cohere.com/docs/rate-limits"/>.</summary>
public enum CohereKeyType
{
    /// <summary>Free, with low limits per minute and 1,000 calls a month.</summary>
    Trial,

    /// <summary>Billed, with higher limits.</summary>
    Production,
}
