using System;
using System.Collections;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace CohereShell.Tests;

/// <summary>
/// Compares an answer with the object that the client made of it, without knowing either: every value of the JSON must
/// be the value of a property with the same name, as often as in the JSON.
/// </summary>
internal static class Facts
{
    /// <summary>Values that tell a user nothing, or that the class of the object says already.</summary>
    private static readonly HashSet<string> Untold = new(StringComparer.Ordinal)
    {
        "message.role", "content.type", "tool_calls.type", "message.tool_calls.type", "api_version.version", "response_type",
    };

    /// <summary>Names of the API whose property has another name.</summary>
    private static readonly Dictionary<string, string> OtherNames = new(StringComparer.Ordinal)
    {
        ["arguments"] = "rawarguments",
        ["float"] = "vector",
        ["finetuned"] = "isfinetuned",
        ["thinking"] = "text",
        ["texts"] = "text",
        ["error"] = "message",
        ["warnings"] = "message",
    };

    /// <summary>What the JSON says and the objects don't, one line for each value.</summary>
    public static IReadOnlyList<string> Missing(JsonNode json, params object?[] objects)
    {
        var told = new Dictionary<(string, string), int>();
        var seen = new HashSet<object>(ReferenceEqualityComparer.Instance);
        foreach (object? item in objects)
        {
            Tell(string.Empty, item, told, seen);
        }

        var missing = new List<string>();
        foreach (IGrouping<(string Path, string Value), (string Path, string Value)> fact in Leaves(json, []).GroupBy(leaf => leaf))
        {
            string[] names = fact.Key.Path.Split('.');
            string last = names[^1];
            string pair = names.Length > 1 ? names[^2] + "." + last : last;
            if (Untold.Contains(pair) || Untold.Contains(last) || names.Contains("config"))
            {
                continue;
            }

            string[] candidates = [names is ["id"] ? "errorid" : Plain(last), OtherNames.GetValueOrDefault(last, Plain(last)), names.Length > 1 ? Plain(names[^2].Replace("_units", string.Empty, StringComparison.Ordinal) + last) : Plain(last)];
            // Billed counts have separate names.
            candidates = names.Contains("billed_units") ? [candidates[2]] : candidates;
            bool isPart = last is "message" or "error" or "warnings";
            int count = candidates.Append(Plain(last)).Distinct().Sum(name => told.GetValueOrDefault((name, fact.Key.Value)))
                + (isPart ? told.Where(pairOf => candidates.Contains(pairOf.Key.Item1) && pairOf.Key.Item2.Contains(fact.Key.Value, StringComparison.Ordinal)).Sum(pairOf => pairOf.Value) : 0);
            if (count < fact.Count() && !(IsZero(fact.Key.Value) && count > 0))
            {
                missing.Add(FormattableString.Invariant($"{fact.Key.Path} = {Short(fact.Key.Value)} ({count} of {fact.Count()})"));
            }
        }

        return missing;
    }

    private static bool IsZero(string value) => value == "0";

    private static string Short(string value) => value.Length > 60 ? value[..60] + "…" : value;

    private static string Plain(string name) => name.Replace("_", string.Empty, StringComparison.Ordinal).ToLowerInvariant();

    private static IEnumerable<(string Path, string Value)> Leaves(JsonNode? node, string[] path)
    {
        switch (node)
        {
            case JsonObject item:
                return item.SelectMany(property => Leaves(property.Value, [.. path, property.Key]));
            case JsonArray { Count: > 0 } list when list.All(item => item is JsonValue) && path[^1] != "texts":
                return [(string.Join('.', path), string.Join(' ', list.Select(Text)))];
            case JsonArray list:
                return list.SelectMany(item => Leaves(item, path));
            case JsonValue value when Text(value) is { Length: > 0 } text:
                return [(string.Join('.', path), text)];
            default:
                return [];
        }
    }

    private static string Text(JsonNode? value) => value!.GetValueKind() switch
    {
        JsonValueKind.String => (string)value!,
        JsonValueKind.Number => Number((double)value!),
        _ => value.ToJsonString(),
    };

    private static string Number(double value) => ((float)value).ToString("R", CultureInfo.InvariantCulture);

    private static void Tell(string name, object? value, Dictionary<(string, string), int> told, HashSet<object> seen)
    {
        switch (value)
        {
            case null:
                return;
            case string text:
                Count(told, name, text);
                return;
            case Enum:
                Count(told, name, JsonNamingPolicy.SnakeCaseUpper.ConvertName(value.ToString()!));
                return;
            case bool flag:
                Count(told, name, flag ? "true" : "false");
                return;
            case IConvertible number when value is not DateTime:
                Count(told, name, Number(number.ToDouble(CultureInfo.InvariantCulture)));
                return;
            case IDictionary dictionary:
                foreach (DictionaryEntry entry in dictionary)
                {
                    Tell(Plain((string)entry.Key), entry.Value, told, seen);
                }

                return;
            case IEnumerable items:
                TellList(name, [.. items.Cast<object?>()], told, seen);
                return;
        }

        if (value.GetType().Assembly != typeof(CohereClient).Assembly || !seen.Add(value))
        {
            return;
        }

        foreach (PropertyInfo property in value.GetType().GetProperties().Where(property => property.GetIndexParameters().Length == 0))
        {
            Tell(Plain(property.Name), property.GetValue(value), told, seen);
        }
    }

    private static void TellList(string name, object?[] items, Dictionary<(string, string), int> told, HashSet<object> seen)
    {
        if (items.Length > 0 && items.All(item => item is IConvertible))
        {
            Count(told, name, string.Join(' ', items.Select(item => item is string text ? text : Number(((IConvertible)item!).ToDouble(CultureInfo.InvariantCulture)))));
            return;
        }

        foreach (object? item in items)
        {
            Tell(name, item, told, seen);
        }
    }

    private static void Count(Dictionary<(string, string), int> told, string name, string value) =>
        told[(name, value)] = told.GetValueOrDefault((name, value)) + 1;
}
