using System;
using System.Collections.Generic;
using System.IO;
using System.IO.Compression;
using System.Linq;
using System.Text;
using System.Text.Json.Nodes;
using Xunit;

namespace CohereShell.Tests.Emulator;

/// <summary>Decodes Avro files as the specification says, and nothing more than is needed here: into JSON, and slowly.</summary>
internal sealed class AvroRows(byte[] file)
{
    private readonly Dictionary<string, JsonNode> _named = [];
    private int _position;

    internal static IReadOnlyList<JsonObject> Read(byte[] file)
    {
        Assert.Equal([(byte)'O', (byte)'b', (byte)'j', 1], file[..4]);
        var head = new AvroRows(file);
        head._position = 4;
        Dictionary<string, byte[]> meta = head.Meta();
        Assert.Equal("deflate", Encoding.UTF8.GetString(meta["avro.codec"]));
        JsonNode schema = JsonNode.Parse(meta["avro.schema"])!;
        byte[] sync = head.Bytes(16);
        var rows = new List<JsonObject>();
        while (head._position < file.Length)
        {
            long count = head.Long();
            using var inflated = new MemoryStream();
            using (var deflate = new DeflateStream(new MemoryStream(head.Bytes(head.Long())), CompressionMode.Decompress))
            {
                deflate.CopyTo(inflated);
            }

            var block = new AvroRows(inflated.ToArray());
            for (long i = 0; i < count; i++)
            {
                rows.Add(block.Value(schema)!.AsObject());
            }

            Assert.Equal(inflated.Length, block._position);
            Assert.Equal(sync, head.Bytes(16));
        }

        return rows;
    }

    private Dictionary<string, byte[]> Meta()
    {
        var meta = new Dictionary<string, byte[]>();
        for (long count = Long(); count != 0; count = Long())
        {
            for (long i = 0; i < count; i++)
            {
                meta[Text()] = Bytes(Long());
            }
        }

        return meta;
    }

    private JsonNode? Value(JsonNode schema)
    {
        switch (schema)
        {
            case JsonArray union:
                return Value(union[(int)Long()]!);
            case JsonObject { } type when type["type"]!.GetValueKind() == System.Text.Json.JsonValueKind.String:
                return Complex(type);
        }

        return schema.GetValue<string>() switch
        {
            "null" => null,
            "boolean" => JsonValue.Create(Byte() == 1),
            "int" or "long" => JsonValue.Create(Long()),
            "float" => JsonValue.Create(BitConverter.ToSingle(Bytes(4))),
            "double" => JsonValue.Create(BitConverter.ToDouble(Bytes(8))),
            "string" => JsonValue.Create(Text()),
            string other => Value(_named[other]),
        };
    }

    private JsonNode Complex(JsonObject type)
    {
        if (type["type"]!.GetValue<string>() == "array")
        {
            var items = new JsonArray();
            for (long count = Long(); count != 0; count = Long())
            {
                for (long i = 0; i < count; i++)
                {
                    items.Add(Value(type["items"]!));
                }
            }

            return items;
        }

        // A reader refuses a schema that defines a name twice.
        string name = type["name"]!.GetValue<string>();
        Assert.True(_named.TryAdd(name, type) || ReferenceEquals(_named[name], type), name);
        return new JsonObject(type["fields"]!.AsArray().Select(field =>
            new KeyValuePair<string, JsonNode?>(field!["name"]!.GetValue<string>(), Value(field["type"]!))).ToArray());
    }

    private string Text() => Encoding.UTF8.GetString(Bytes(Long()));

    private byte[] Bytes(long count)
    {
        Assert.InRange(count, 0, file.Length - _position);
        _position += (int)count;
        return file[(_position - (int)count).._position];
    }

    private byte Byte() => Bytes(1)[0];

    private long Long()
    {
        ulong value = 0;
        int next;
        int shift = 0;
        do
        {
            next = Byte();
            value |= (ulong)(next & 0x7F) << shift;
            shift += 7;
        }
        while (next >= 0x80);

        return (long)(value >> 1) ^ -(long)(value & 1);
    }
}
