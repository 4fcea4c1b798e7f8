using System;
using System.Collections.Concurrent;
using System.Globalization;
using System.Linq;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace CohereShell.Bench;

/// <summary>Responses of /v2/embed. Each number of texts has one cached response, so that only the client is measured.</summary>
internal static class Embeddings
{
    private const int Dimension = 1024;
    private static readonly ConcurrentDictionary<(int Count, bool IsBase64), byte[]> Answers = new();
    private static readonly float[] Numbers = Enumerable.Range(0, Dimension).Select(index => (float)Math.Sin(index + 1) / 16).ToArray();
    private static readonly string AsBase64 = '"' + Convert.ToBase64String(MemoryMarshal.AsBytes(Numbers.AsSpan())) + '"';
    private static readonly string AsFloats = '[' + string.Join(',', Numbers.Select(number => number.ToString("R", CultureInfo.InvariantCulture))) + ']';

    public static byte[] Answer(ReadOnlySpan<byte> request)
    {
        var reader = new Utf8JsonReader(request[(request.IndexOf("\r\n\r\n"u8) + 4)..]);
        int texts = 0;
        bool inTexts = false;
        bool isBase64 = false;
        while (reader.Read())
        {
            switch (reader.TokenType)
            {
                case JsonTokenType.PropertyName:
                    inTexts = reader.ValueTextEquals("texts"u8);
                    break;
                case JsonTokenType.String:
                    texts += inTexts ? 1 : 0;
                    isBase64 |= !inTexts && reader.ValueTextEquals("base64"u8);
                    break;
            }
        }

        return Answers.GetOrAdd((texts, isBase64), static key => Create(key.Count, key.IsBase64));
    }

    private static byte[] Create(int count, bool isBase64)
    {
        string embeddings = string.Join(',', Enumerable.Repeat(isBase64 ? AsBase64 : AsFloats, count));
        return Program.Response(
            "application/json",
            $$"""{"id":"6e1f4c1c","embeddings":{"{{(isBase64 ? "base64" : "float")}}":[{{embeddings}}]},"texts":[],"meta":{"api_version":{"version":"2"},"billed_units":{"input_tokens":{{count * 4}} } },"response_type":"embeddings_by_type"}""");
    }
}
