using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.Json;
using System.Text.Json.Nodes;
using Avro;
using Avro.File;
using Avro.Generic;

namespace CohereShell.Tests.Avro;

/// <summary>Apache's library for Avro files, with the codecs that files of Cohere have.</summary>
internal static class ApacheAvro
{
    static ApacheAvro() => Codec.RegisterResolver(name => name == ApacheSnappyCodec.Name ? new ApacheSnappyCodec() : null!);

    /// <summary>Writes a file.</summary>
    /// <param name="schema">The type of a row.</param>
    /// <param name="codec">"null", "deflate" or "snappy".</param>
    /// <param name="rows">The rows.</param>
    /// <param name="blockLength">About how long a block is, in bytes.</param>
    internal static byte[] Write(Schema schema, string codec, IEnumerable<object?> rows, int blockLength = 16_000)
    {
        using var stream = new MemoryStream();
        using (IFileWriter<object?> writer = DataFileWriter<object?>.OpenWriter(new GenericDatumWriter<object?>(schema), stream, Codec.CreateCodecFromString(codec), leaveOpen: true))
        {
            writer.SetSyncInterval(blockLength);
            writer.SetMeta("written.by", "Apache");
            foreach (object? row in rows)
            {
                writer.Append(row);
            }
        }

        return stream.ToArray();
    }

    /// <summary>Reads the rows of a file, as JSON.</summary>
    internal static IReadOnlyList<JsonNode?> Read(byte[] file)
    {
        using IFileReader<object?> reader = DataFileReader<object?>.OpenReader(new MemoryStream(file));
        return [.. reader.NextEntries.Select(ToJson)];
    }

    private static JsonNode? ToJson(object? value) => value switch
    {
        GenericRecord record => new JsonObject(record.Schema.Fields.Select(field => KeyValuePair.Create(field.Name, ToJson(record.GetValue(field.Pos))))),
        IDictionary<string, object?> map => new JsonObject(map.Select(entry => KeyValuePair.Create(entry.Key, ToJson(entry.Value)))),
        Array items => new JsonArray([.. items.Cast<object?>().Select(ToJson)]),
        _ => JsonSerializer.SerializeToNode(value),
    };
}
