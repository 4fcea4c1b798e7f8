using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.Json;
using CohereShell.Tools;

namespace CohereShell.Tests;

/// <summary>A request to an API and its answer, as they were recorded.</summary>
internal sealed record RecordedExchange(string Method, string Path, JsonElement Request, int Status, IReadOnlyDictionary<string, string> Headers, string Body)
{
    /// <summary>The environment variable that can hold the path of the folder with the recordings.</summary>
    public const string Variable = "COHERE_RECORDINGS";

    /// <summary>The path of the folder from a folder above the clone.</summary>
    private const string RelativePath = "shared/recordings";

    public bool IsStream => Headers.TryGetValue("content-type", out string? type) && type.StartsWith("text/event-stream", StringComparison.Ordinal);

    /// <summary>The recordings of this computer, by name. Empty if there aren't any.</summary>
    public static IReadOnlyList<string> Names { get; } = Find() is { } folder
        ? [.. Directory.GetFiles(folder, "*.json").Select(path => System.IO.Path.GetFileNameWithoutExtension(path)!).Order(StringComparer.Ordinal)]
        : [];

    public static IReadOnlyList<RecordedExchange> Load(string name)
    {
        using var document = JsonDocument.Parse(File.ReadAllText(System.IO.Path.Combine(Find()!, name + ".json")));
        return [.. document.RootElement.GetProperty("interactions").EnumerateArray().Select(Read)];
    }

    private static RecordedExchange Read(JsonElement item) => new(
        item.GetProperty("method").GetString()!,
        item.GetProperty("path").GetString()!,
        Parsed(item.GetProperty("request")),
        item.GetProperty("status").GetInt32(),
        item.GetProperty("headers").EnumerateObject().ToDictionary(header => header.Name, header => header.Value.GetString()!, StringComparer.OrdinalIgnoreCase),
        item.GetProperty("body").GetString()!);

    // A body that was sent is a text, or JSON itself.
    private static JsonElement Parsed(JsonElement request)
    {
        if (request.ValueKind != JsonValueKind.String)
        {
            return request.Clone();
        }

        try
        {
            return JsonDocument.Parse(request.GetString()!).RootElement.Clone();
        }
        catch (JsonException)
        {
            return default;
        }
    }

    private static string? Find()
    {
        if (Environment.GetEnvironmentVariable(Variable) is not { Length: > 0 } named)
        {
            return ApiDescriptionFile.Above(RelativePath + "/README.md") is { } readme ? System.IO.Path.GetDirectoryName(readme) : null;
        }

        return Directory.Exists(named) ? named : throw new DirectoryNotFoundException($"{Variable} names '{named}', which doesn't exist.");
    }
}
