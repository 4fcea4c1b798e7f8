using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Numerics;
using System.Text;
using System.Text.Json.Nodes;
using Avro;
using Avro.Generic;
using ApacheDecimal = Avro.AvroDecimal;

namespace CohereShell.Tests.Avro;

/// <summary>
/// Random schemas and values. Each value is returned twice: for Apache.Avro, and as the JSON that the reader must return.
/// </summary>
internal sealed class AvroSamples(Random random)
{
    private const int MaxDepth = 4;
    private static readonly long LastMoment = new DateTime(9999, 12, 31, 23, 59, 59, DateTimeKind.Utc).Ticks;
    private static readonly string[] Texts = ["", "a", "Grüße", "世界", "👋🏽", "\0", "\u2028\ufeff\"\\/", "line\r\nbreak", new string('x', 3000)];
    private static readonly string[] Primitives = ["null", "boolean", "int", "long", "float", "double", "bytes", "string"];
    private static readonly (string Type, string LogicalType)[] Logical =
    [
        ("int", "date"), ("int", "time-millis"), ("long", "time-micros"), ("long", "timestamp-millis"), ("long", "timestamp-micros"),
        ("long", "local-timestamp-millis"), ("long", "local-timestamp-micros"), ("string", "uuid"),
    ];

    private readonly List<string> _named = [];
    private int _names;

    /// <summary>A record, or sometimes another type.</summary>
    internal JsonNode Schema() => random.Next(5) == 0 ? Type(0) : Record(0);

    internal (object? Value, JsonNode? Json) Value(Schema schema, int depth = 0) => schema switch
    {
        LogicalSchema logical => LogicalValue(logical),
        RecordSchema record => RecordValue(record, depth),
        EnumSchema symbols => EnumValue(symbols),
        FixedSchema fix => FixedValue(fix),
        ArraySchema list => ArrayValue(list, depth),
        MapSchema map => MapValue(map, depth),
        UnionSchema union => UnionValue(union, depth),
        _ => PrimitiveValue(schema.Tag),
    };

    private JsonNode Type(int depth) => random.Next(depth < MaxDepth ? 10 : 5) switch
    {
        0 or 1 or 2 => Primitives[random.Next(Primitives.Length)],
        3 => LogicalType(),
        4 => Named(),
        5 => new JsonObject { ["type"] = "array", ["items"] = Type(depth + 1) },
        6 => new JsonObject { ["type"] = "map", ["values"] = Type(depth + 1) },
        7 or 8 => Union(depth + 1),
        _ => Record(depth + 1),
    };

    private JsonObject Record(int depth)
    {
        // The name is known inside the record, so that it can hold records of the same type.
        string name = NewName("R");
        var fields = new JsonArray();
        if (random.Next(4) == 0)
        {
            fields.Add(new JsonObject { ["name"] = "next", ["type"] = new JsonArray("null", name) });
        }

        for (int i = random.Next(depth == 0 ? 1 : 0, 6); i > 0; i--)
        {
            fields.Add(new JsonObject { ["name"] = "field_" + i, ["type"] = Type(depth) });
        }

        return new JsonObject { ["type"] = "record", ["name"] = name, ["fields"] = fields };
    }

    private JsonNode Named() => _named.Count > 0 && random.Next(3) == 0 ? _named[random.Next(_named.Count)] : NewNamed();

    private JsonNode NewNamed()
    {
        bool isEnum = random.Next(2) == 0;
        string name = NewName(isEnum ? "E" : "F");
        JsonNode type = isEnum
            ? new JsonObject { ["type"] = "enum", ["name"] = name, ["symbols"] = new JsonArray("RED", "green", "_3") }
            : random.Next(3) == 0
            ? new JsonObject { ["type"] = "fixed", ["name"] = name, ["size"] = 9, ["logicalType"] = "decimal", ["precision"] = 20, ["scale"] = random.Next(6) }
            : new JsonObject { ["type"] = "fixed", ["name"] = name, ["size"] = random.Next(1, 40) };
        _named.Add(name);
        return type;
    }

    private JsonObject LogicalType()
    {
        int index = random.Next(Logical.Length + 1);
        return index == Logical.Length
            ? new JsonObject { ["type"] = "bytes", ["logicalType"] = "decimal", ["precision"] = 40, ["scale"] = random.Next(12) }
            : new JsonObject { ["type"] = Logical[index].Type, ["logicalType"] = Logical[index].LogicalType };
    }

    // A union can contain an unnamed type once. Branches are created in order, because a name must be defined first.
    private JsonArray Union(int depth)
    {
        var branches = new List<Func<JsonNode>>();
        branches.AddRange(Primitives.Where(_ => random.Next(4) == 0).Select(name => (Func<JsonNode>)(() => name)));
        branches.AddRange(Enumerable.Repeat((Func<JsonNode>)(() => Record(depth + 1)), depth < MaxDepth ? random.Next(3) : 0));
        if (random.Next(2) == 0)
        {
            branches.Add(() => new JsonObject { ["type"] = "array", ["items"] = Type(depth) });
        }

        if (random.Next(2) == 0)
        {
            branches.Add(() => new JsonObject { ["type"] = "map", ["values"] = Type(depth) });
        }

        if (random.Next(2) == 0)
        {
            branches.Add(NewNamed);
        }

        if (branches.Count == 0)
        {
            branches.AddRange([() => "null", LogicalType]);
        }

        Func<JsonNode>[] shuffled = branches.ToArray();
        random.Shuffle(shuffled);
        return new JsonArray([.. shuffled.Select(branch => branch())]);
    }

    private string NewName(string start)
    {
        string name = FormattableString.Invariant($"{start}{++_names}");
        return random.Next(3) == 0 ? "org.example." + name : "rows." + name;
    }

    private (object? Value, JsonNode? Json) PrimitiveValue(Schema.Type type)
    {
        switch (type)
        {
            case global::Avro.Schema.Type.Boolean:
                bool flag = random.Next(2) == 0;
                return (flag, flag);
            case global::Avro.Schema.Type.Int:
                int small = Pick(int.MinValue, int.MaxValue, 0, -1, 63, 64, -64, -65, random.Next());
                return (small, small);
            case global::Avro.Schema.Type.Long:
                long large = Pick(long.MinValue, long.MaxValue, 0L, -1L, int.MaxValue + 1L, int.MinValue - 1L, random.NextInt64());
                return (large, large);
            case global::Avro.Schema.Type.Float:
                float single = Pick(0f, -0f, 0.1f, float.Epsilon, float.MaxValue, float.NaN, float.NegativeInfinity, random.NextSingle());
                return (single, float.IsFinite(single) ? single : single.ToString(CultureInfo.InvariantCulture));
            case global::Avro.Schema.Type.Double:
                double number = Pick(0d, -0d, 0.1, double.Epsilon, double.MinValue, double.NaN, double.PositiveInfinity, random.NextDouble());
                return (number, double.IsFinite(number) ? number : number.ToString(CultureInfo.InvariantCulture));
            case global::Avro.Schema.Type.Bytes:
                byte[] bytes = Bytes(Pick(0, 1, random.Next(300)));
                return (bytes, Convert.ToBase64String(bytes));
            case global::Avro.Schema.Type.String:
                string text = Text();
                return (text, text);
            default:
                return (null, null);
        }
    }

    private (object? Value, JsonNode? Json) LogicalValue(LogicalSchema schema)
    {
        var moment = new DateTime(
            Pick(0, LastMoment, DateTime.UnixEpoch.Ticks, DateTime.UnixEpoch.Ticks - 1, random.NextInt64(LastMoment)), DateTimeKind.Utc);
        var time = new TimeSpan(Pick(0, TimeSpan.TicksPerDay - 1, random.NextInt64(TimeSpan.TicksPerDay)));
        switch (schema.LogicalTypeName)
        {
            case "date":
                return (moment, moment.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
            case "timestamp-millis":
                return (moment, Written(moment, TimeSpan.TicksPerMillisecond).ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
            case "timestamp-micros":
                return (moment, Written(moment, TimeSpan.TicksPerMicrosecond).ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture));
            case "local-timestamp-millis":
                return (moment, Written(moment, TimeSpan.TicksPerMillisecond).ToString("yyyy-MM-dd'T'HH:mm:ss.fff", CultureInfo.InvariantCulture));
            case "local-timestamp-micros":
                return (moment, Written(moment, TimeSpan.TicksPerMicrosecond).ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff", CultureInfo.InvariantCulture));
            case "time-millis":
                return (time, time.ToString(@"hh\:mm\:ss\.fff", CultureInfo.InvariantCulture));
            case "time-micros":
                return (time, time.ToString(@"hh\:mm\:ss\.ffffff", CultureInfo.InvariantCulture));
            case "duration":
                byte[] parts = Bytes(12);
                uint[] numbers = [.. Enumerable.Range(0, 3).Select(i => BinaryPrimitives.ReadUInt32LittleEndian(parts.AsSpan(4 * i)))];
                string duration = FormattableString.Invariant($"P{numbers[0]}M{numbers[1]}DT{numbers[2] / 1000}.{numbers[2] % 1000:000}S");
                return (new GenericFixed((FixedSchema)schema.BaseSchema, parts), duration);
            case "uuid":
                var id = new Guid(Bytes(16));
                return (id, id.ToString());
            default:
                return DecimalValue(schema);
        }

        // Apache converts in floating point and is off by one in distant years. The expected value is the one that it writes.
        DateTime Written(DateTime value, long ticksPerUnit) =>
            DateTime.UnixEpoch.AddTicks((long)schema.LogicalType.ConvertToBaseValue(value, schema) * ticksPerUnit);
    }

    private (object? Value, JsonNode? Json) DecimalValue(LogicalSchema schema)
    {
        int scale = int.Parse(schema.GetProperty("scale"), CultureInfo.InvariantCulture);
        int length = schema.BaseSchema is FixedSchema fix ? fix.Size : 16;
        BigInteger number = random.Next(5) == 0 ? random.Next(-2, 3) : new BigInteger(Bytes(random.Next(1, length)));
        string digits = BigInteger.Abs(number).ToString(CultureInfo.InvariantCulture).PadLeft(scale + 1, '0');
        string text = (number.Sign < 0 ? "-" : "") + (scale == 0 ? digits : digits[..^scale] + "." + digits[^scale..]);
        return (new ApacheDecimal(number, scale), JsonNode.Parse(text));
    }

    private (object? Value, JsonNode? Json) RecordValue(RecordSchema schema, int depth)
    {
        var record = new GenericRecord(schema);
        var json = new JsonObject();
        foreach (Field field in schema.Fields)
        {
            (object? value, JsonNode? expected) = Value(field.Schema, depth + 1);
            record.Add(field.Pos, value);
            json.Add(field.Name, expected);
        }

        return (record, json);
    }

    private (object? Value, JsonNode? Json) EnumValue(EnumSchema schema)
    {
        string symbol = schema.Symbols[random.Next(schema.Symbols.Count)];
        return (new GenericEnum(schema, symbol), symbol);
    }

    private (object? Value, JsonNode? Json) FixedValue(FixedSchema schema)
    {
        byte[] bytes = Bytes(schema.Size);
        return (new GenericFixed(schema, bytes), Convert.ToBase64String(bytes));
    }

    private (object? Value, JsonNode? Json) ArrayValue(ArraySchema schema, int depth)
    {
        (object? Value, JsonNode? Json)[] items = [.. Enumerable.Range(0, Count(depth)).Select(_ => Value(schema.ItemSchema, depth + 1))];
        return (items.Select(item => item.Value).ToArray(), new JsonArray([.. items.Select(item => item.Json)]));
    }

    private (object? Value, JsonNode? Json) MapValue(MapSchema schema, int depth)
    {
        var map = new Dictionary<string, object?>();
        var json = new JsonObject();
        foreach (string key in Enumerable.Range(0, Count(depth)).Select(_ => Text()).Distinct().ToArray())
        {
            (map[key], json[key]) = Value(schema.ValueSchema, depth + 1);
        }

        return (map, json);
    }

    private (object? Value, JsonNode? Json) UnionValue(UnionSchema schema, int depth)
    {
        Schema? end = depth > 2 * MaxDepth ? schema.Schemas.FirstOrDefault(branch => branch.Tag == global::Avro.Schema.Type.Null) : null;
        return Value(end ?? schema.Schemas[random.Next(schema.Count)], depth + 1);
    }

    private int Count(int depth) => random.Next(3) == 0 ? 0 : random.Next(1, Math.Max(2, 12 - (2 * depth)));

    private string Text()
    {
        var text = new StringBuilder(Pick(Texts));
        for (int i = random.Next(4); i > 0; i--)
        {
            text.Append(new Rune(random.Next(2) == 0 ? random.Next(0xD800) : random.Next(0xE000, 0x110000)));
        }

        return text.ToString();
    }

    private byte[] Bytes(int length)
    {
        byte[] bytes = new byte[length];
        random.NextBytes(bytes);
        return bytes;
    }

    private T Pick<T>(params T[] values) => values[random.Next(values.Length)];
}
