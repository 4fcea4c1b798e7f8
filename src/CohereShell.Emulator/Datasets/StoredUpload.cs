using System.Text.Json.Serialization;

namespace CohereShell.Emulation;

/// <summary>An uploaded file in its original form.</summary>
internal sealed record StoredUpload
{
    /// <summary>The name of the file at the client.</summary>
    public string FileName { get; init; } = string.Empty;

    /// <summary>The name of the file in the emulator's folder.</summary>
    public string File { get; init; } = string.Empty;

    public long Offset { get; init; }

    public long Length { get; init; }

    [JsonIgnore]
    internal string PartName => "original-" + FileName;

    [JsonIgnore]
    internal StoredPart AsPart => new() { Name = PartName, File = File, Offset = Offset, Bytes = Length };

    /// <summary>The extension in lower case: <c>.csv</c>.</summary>
    [JsonIgnore]
    internal string Extension => ExtensionOf(FileName);

    internal static string ExtensionOf(string name)
    {
        int dot = name.LastIndexOf('.');
        return dot < 0 ? string.Empty : name.Substring(dot).ToLowerInvariant();
    }

    internal FileSlice Open(StoredFiles files) => new(files.PathOf(File), Offset, Length);
}
