using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json;

namespace CohereShell.Emulation;

/// <summary>A model of the emulated account.</summary>
internal sealed record EmulatedModel(string Name, int ContextLength, IReadOnlyList<string> Endpoints)
{
    internal IReadOnlyList<string> DefaultEndpoints { get; init; } = [];

    internal IReadOnlyList<string> Features { get; init; } = [];

    internal bool IsDeprecated { get; init; }

    /// <summary>Whether it turns audio into text: the list of endpoints that models name has no word for that.</summary>
    internal bool Transcribes { get; init; }

    internal bool Supports(string endpoint) => Endpoints.Contains(endpoint, StringComparer.Ordinal);

    internal bool HasFeature(string feature) => Features.Contains(feature, StringComparer.Ordinal);

    internal void Write(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteString("name", Name);
        writer.WriteBoolean("is_deprecated", IsDeprecated);
        Write(writer, "endpoints", Endpoints);
        writer.WriteBoolean("finetuned", false);
        if (ContextLength > 0)
        {
            writer.WriteNumber("context_length", ContextLength);
        }

        writer.WriteString("tokenizer_url", $"https://storage.googleapis.com/cohere-public/tokenizers/{Name}.json");
        Write(writer, "default_endpoints", DefaultEndpoints);
        Write(writer, "features", Features);
        WriteSamplingDefaults(writer);
        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, string name, IReadOnlyList<string> values)
    {
        writer.WriteStartArray(name);
        foreach (string value in values)
        {
            writer.WriteStringValue(value);
        }

        writer.WriteEndArray();
    }

    private void WriteSamplingDefaults(Utf8JsonWriter writer)
    {
        if (Supports("chat"))
        {
            writer.WriteStartObject("sampling_defaults");
            writer.WriteNumber("temperature", 0.3);
            writer.WriteNumber("k", 0);
            writer.WriteNumber("p", 0.75);
            writer.WriteNumber("frequency_penalty", 0.0);
            writer.WriteNumber("presence_penalty", 0.0);
            writer.WriteEndObject();
        }
        else if (Supports("rerank"))
        {
            writer.WriteStartObject("sampling_defaults");
            writer.WriteNumber("max_tokens_per_doc", 4096);
            writer.WriteEndObject();
        }
    }
}
