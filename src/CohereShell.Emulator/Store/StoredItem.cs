using System.Globalization;
using System.Text.Json.Serialization;

namespace CohereShell.Emulation;

/// <summary>What the emulator keeps from one request to the next. Never changed, only replaced.</summary>
internal abstract record StoredItem
{
    /// <summary>An item whose name has this word fails.</summary>
    internal const string FailHook = "emulate:fail";

    public string Id { get; init; } = string.Empty;

    public string Name { get; init; } = string.Empty;

    /// <summary>The place in the order of creation: two of them may well have the same time.</summary>
    public long Sequence { get; init; }

    public DateTime CreatedAt { get; init; }

    public DateTime UpdatedAt { get; init; }

    /// <summary>Whether the work on it is to fail, because its name says so.</summary>
    [JsonIgnore]
    internal bool IsToFail => Name.IndexOf(FailHook, StringComparison.Ordinal) >= 0;

    /// <summary>Whether nothing more is to be done to it.</summary>
    [JsonIgnore]
    internal abstract bool IsSettled { get; }

    /// <summary>
    /// The time, as exact as it is written: who asks for what came before a time that was told gets that.
    /// </summary>
    internal static DateTime Now()
    {
        const int TicksPerMicrosecond = 10;
        DateTime now = DateTime.UtcNow;
        return now.AddTicks(-(now.Ticks % TicksPerMicrosecond));
    }

    /// <summary>A time as Cohere writes it.</summary>
    internal static string Text(DateTime time) => time.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);
}
