using System.Globalization;
using System.Text.Json.Serialization;

namespace CohereShell.Emulation;

/// <summary>An item that the emulator keeps between requests. It's immutable: changes replace it.</summary>
internal abstract record StoredItem
{
    /// <summary>An item fails if its name contains this word.</summary>
    internal const string FailHook = "emulate:fail";

    public string Id { get; init; } = string.Empty;

    public string Name { get; init; } = string.Empty;

    /// <summary>The position in the order of creation. Two items can have the same time.</summary>
    public long Sequence { get; init; }

    public DateTime CreatedAt { get; init; }

    public DateTime UpdatedAt { get; init; }

    /// <summary>Whether the item should fail, because its name contains <see cref="FailHook"/>.</summary>
    [JsonIgnore]
    internal bool IsToFail => Name.IndexOf(FailHook, StringComparison.Ordinal) >= 0;

    /// <summary>Whether the work on the item has ended.</summary>
    [JsonIgnore]
    internal abstract bool IsSettled { get; }

    /// <summary>
    /// The current time, truncated to the precision of responses. A filter with a returned time then gives the expected
    /// items.
    /// </summary>
    internal static DateTime Now()
    {
        const int TicksPerMicrosecond = 10;
        DateTime now = DateTime.UtcNow;
        return now.AddTicks(-(now.Ticks % TicksPerMicrosecond));
    }

    /// <summary>A time in Cohere's format.</summary>
    internal static string Text(DateTime time) => time.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);
}
