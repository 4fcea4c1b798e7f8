using System;
using System.Collections.Generic;
using System.Text;
using System.Text.Json.Nodes;

namespace CohereShell.Tests.Fuzz;

/// <summary>Damages an answer: its values, its JSON, or its bytes. The same seed always gives the same damage.</summary>
internal sealed class AnswerMutator(Random random)
{
    private const string Raw = "@@raw:";
    private const string Twin = "@@twin:";

    // What services, gateways and languages write in place of a value. Texts that start with the marker are JSON themselves.
    private static readonly string[] Values =
    [
        "null", "true", "false", "0", "-1", "1", "0.5", "-0.0", "36.0", "1e999", "-1e999", "1e-400", "2147483648", "-2147483649",
        "9223372036854775807", "9223372036854775808", "-9223372036854775809", "123456789012345678901234567890123456789", "1e30",
        "\"\"", "\" \"", "\"5\"", "\"36.0\"", "\"-1\"", "\"abc\"", "\"NaN\"", "\"Infinity\"", "\"1e999\"", "\"true\"", "\"null\"", "\"{}\"", "\"[1]\"",
        "\"99999999999999999999\"", "\"9999-12-31T23:59:59.9999999Z\"", "\"0000-00-00\"", "\"\\ud83d\"", "\"a \\udc1b b\"", "\"\\ud83d\\ud83d\\udc1b\"",
        "\"\\u0000\\u001b[31m\"", "\"\\ufeff\"", "\"\\\\ud83d\"", "\"COMPLETE\"", "\"error\"", "{}", "[]", "[null]", "[[]]", "[{}]", "{\"a\":null}", "{\"\":{}}", "[\"x\"]", "[1,2]",
        "{\"message\":\"told\"}", "{\"a\":\"\\udc00\"}", "\"{\\\"a\\\":\\\"\\\\ud83d\\\"}\"", "\"{\\\"a\\\":1e999}\"",
    ];

    private readonly Random _random = random;

    /// <summary>Returns a damaged answer. It may have several kinds of damage.</summary>
    public byte[] Mutate(string answer, bool isStream)
    {
        string text = answer;
        for (int left = _random.Next(1, 4); left > 0; left--)
        {
            text = isStream ? MutateStream(text) : MutateJson(text);
        }

        byte[] bytes = Encoding.UTF8.GetBytes(text);
        return _random.Next(4) == 0 ? MutateBytes(bytes) : bytes;
    }

    /// <summary>
    /// Changes one value inside a JSON text. A text that a tree of nodes can't contain any more, because of an earlier
    /// change, stays as it is.
    /// </summary>
    public string MutateJson(string json)
    {
        try
        {
            JsonNode? root = JsonNode.Parse(json);
            var places = new List<(JsonNode Parent, object Key)>();
            Collect(root, places);
            if (places.Count == 0)
            {
                return Values[_random.Next(Values.Length)];
            }

            (JsonNode parent, object key) = places[_random.Next(places.Count)];
            Change(parent, key);
            return Resolve(root!.ToJsonString());
        }
        catch (Exception exception) when (exception is System.Text.Json.JsonException or InvalidOperationException or ArgumentException)
        {
            return json;
        }
    }

    private static void Collect(JsonNode? node, List<(JsonNode Parent, object Key)> places)
    {
        if (node is JsonObject item)
        {
            foreach (KeyValuePair<string, JsonNode?> property in item)
            {
                places.Add((item, property.Key));
                Collect(property.Value, places);
            }
        }
        else if (node is JsonArray list)
        {
            // Long lists of numbers would get all the changes.
            for (int index = 0; index < list.Count; index++)
            {
                if (index < 3 || list[index] is JsonObject)
                {
                    places.Add((list, index));
                    Collect(list[index], places);
                }
            }
        }
    }

    private void Change(JsonNode parent, object key)
    {
        JsonNode? value = key is string name ? parent[name] : parent[(int)key];
        switch (_random.Next(9))
        {
            case 0:
                Remove(parent, key);
                break;
            case 1:
                Set(parent, key, null);
                break;
            case 2 when parent is JsonArray list:
                list.Insert(_random.Next(list.Count + 1), value?.DeepClone());
                break;
            case 2 when parent is JsonObject item:
                item[Twin + _random.Next(9) + ":" + key] = _random.Next(2) == 0 ? value?.DeepClone() : Other();
                break;
            case 3:
                JsonNode? inner = value?.DeepClone();
                for (int depth = _random.Next(3) == 0 ? _random.Next(50, 70) : _random.Next(1, 4); depth > 0; depth--)
                {
                    inner = _random.Next(2) == 0 ? new JsonArray(inner) : new JsonObject { ["x"] = inner };
                }

                Set(parent, key, inner);
                break;
            case 4 when value is JsonValue text && text.TryGetValue(out string? old) && old.Length > 0:
                // Half of a pair at the start, at the end, or inside a text.
                string half = _random.Next(2) == 0 ? "\\ud83d" : "\\udc1b";
                int place = _random.Next(3) switch { 0 => 0, 1 => old.Length, _ => _random.Next(old.Length) };
                Set(parent, key, JsonValue.Create(Raw + Quoted(old[..place], half, old[place..])));
                break;
            case 5 when value is JsonValue number && number.GetValueKind() is System.Text.Json.JsonValueKind.Number or System.Text.Json.JsonValueKind.True or System.Text.Json.JsonValueKind.False:
                Set(parent, key, JsonValue.Create(number.ToJsonString()));
                break;
            default:
                Set(parent, key, Other());
                break;
        }
    }

    private JsonValue Other() => JsonValue.Create(Raw + Convert.ToBase64String(Encoding.UTF8.GetBytes(Values[_random.Next(Values.Length)])));

    private static string Quoted(string before, string half, string after)
    {
        string json = $"\"{Escaped(before)}{half}{Escaped(after)}\"";
        return Convert.ToBase64String(Encoding.UTF8.GetBytes(json));
    }

    private static string Escaped(string text)
    {
        string json = JsonValue.Create(text).ToJsonString();
        return json[1..^1];
    }

    private static void Set(JsonNode parent, object key, JsonNode? value)
    {
        if (key is string name)
        {
            parent[name] = value;
        }
        else
        {
            parent[(int)key] = value;
        }
    }

    private static void Remove(JsonNode parent, object key)
    {
        if (key is string name)
        {
            ((JsonObject)parent).Remove(name);
        }
        else
        {
            ((JsonArray)parent).RemoveAt((int)key);
        }
    }

    // The markers become JSON that a tree of nodes can't contain.
    private static string Resolve(string json)
    {
        json = System.Text.RegularExpressions.Regex.Replace(json, "\"" + Twin + "[0-9]:", "\"");
        return System.Text.RegularExpressions.Regex.Replace(
            json,
            "\"" + Raw + "([A-Za-z0-9+/=]|\\\\u002B)*\"",
            match => Encoding.UTF8.GetString(Convert.FromBase64String(match.Value[(Raw.Length + 1)..^1].Replace("\\u002B", "+", StringComparison.Ordinal))));
    }

    /// <summary>Changes an event, or the order and the number of events.</summary>
    private string MutateStream(string stream)
    {
        List<string> events = [.. stream.Split("\n\n", StringSplitOptions.RemoveEmptyEntries)];
        if (events.Count == 0)
        {
            return stream;
        }

        int place = _random.Next(events.Count);
        int other = _random.Next(events.Count);
        switch (_random.Next(10))
        {
            case 0:
                events.RemoveAt(place);
                break;
            case 1:
                events.Insert(other, events[place]);
                break;
            case 2:
                (events[place], events[other]) = (events[other], events[place]);
                break;
            case 3:
                events[place] = "event: error\ndata: " + Values[_random.Next(Values.Length)];
                break;
            case 4:
                events[place] = "data: " + Values[_random.Next(Values.Length)];
                break;
            default:
                int data = events[place].IndexOf("data: ", StringComparison.Ordinal);
                events[place] = data < 0 ? events[place] : events[place][..(data + 6)] + MutateJson(events[place][(data + 6)..]);
                break;
        }

        return string.Join("\n\n", events) + (_random.Next(10) == 0 ? string.Empty : "\n\n");
    }

    private byte[] MutateBytes(byte[] bytes)
    {
        int place = bytes.Length == 0 ? 0 : _random.Next(bytes.Length);
        switch (_random.Next(8))
        {
            case 0:
                return bytes[..place];
            case 1:
                return [0xEF, 0xBB, 0xBF, .. bytes];
            case 2:
                return [0xFF, 0xFE, .. Encoding.Unicode.GetBytes(Encoding.UTF8.GetString(bytes))];
            case 3:
                return [.. bytes[..place], (byte)_random.Next(128, 256), .. bytes[place..]];
            case 4 when bytes.Length > 0:
                byte[] changed = (byte[])bytes.Clone();
                changed[place] ^= (byte)(1 << _random.Next(8));
                return changed;
            case 5:
                return [.. bytes, .. bytes[place..]];
            case 6:
                return Encoding.Latin1.GetBytes(Encoding.UTF8.GetString(bytes));
            default:
                byte[] noise = new byte[_random.Next(40)];
                _random.NextBytes(noise);
                return _random.Next(2) == 0 ? noise : [.. bytes[..place], .. noise, .. bytes[place..]];
        }
    }
}
