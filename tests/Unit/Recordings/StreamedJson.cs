using System;
using System.Linq;
using System.Text.Json.Nodes;

namespace CohereShell.Tests;

/// <summary>Puts the events of a stream together to the answer that the API returns without a stream.</summary>
internal static class StreamedJson
{
    public static JsonObject Join(string body)
    {
        var answer = new JsonObject();
        var message = new JsonObject();
        answer["message"] = message;
        foreach (JsonObject item in body.Split('\n').Where(line => line.StartsWith("data:", StringComparison.Ordinal) && !line.Contains("[DONE]", StringComparison.Ordinal))
            .Select(line => JsonNode.Parse(line["data:".Length..])!.AsObject()))
        {
            Add(answer, message, item);
        }

        return answer;
    }

    private static void Add(JsonObject answer, JsonObject message, JsonObject item)
    {
        string type = (string)item["type"]!;
        int index = (int?)item["index"] ?? 0;
        JsonObject? delta = item["delta"] as JsonObject;
        if (item["id"] is { } id)
        {
            answer["id"] = id.DeepClone();
        }

        foreach ((string name, JsonNode? value) in type == "message-end" ? delta! : [])
        {
            answer[name] = value?.DeepClone();
        }

        if (type == "message-start" || delta?["message"] is not JsonObject part)
        {
            return;
        }

        foreach ((string name, JsonNode? value) in part)
        {
            if (value is JsonObject piece)
            {
                Merge(At(message, name, index), piece);
            }
            else if (value is JsonArray pieces)
            {
                foreach (JsonObject one in pieces.OfType<JsonObject>())
                {
                    Merge(At(message, name, index++), one);
                }
            }
            else
            {
                message[name] = (string?)message[name] + (string?)value;
            }
        }
    }

    private static JsonObject At(JsonObject message, string name, int index)
    {
        if (message[name] is not JsonArray list)
        {
            message[name] = list = [];
        }

        while (list.Count <= index)
        {
            list.Add(new JsonObject());
        }

        return list[index]!.AsObject();
    }

    // Texts grow. Everything else is said once.
    private static void Merge(JsonObject whole, JsonObject piece)
    {
        foreach ((string name, JsonNode? value) in piece)
        {
            if (value is JsonObject inner && whole[name] is JsonObject known)
            {
                Merge(known, inner);
            }
            else if (name is "text" or "thinking" or "arguments" && whole[name] is { } text)
            {
                whole[name] = (string?)text + (string?)value;
            }
            else
            {
                whole[name] = value?.DeepClone();
            }
        }
    }
}
