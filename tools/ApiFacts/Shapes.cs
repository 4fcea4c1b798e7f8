using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text.Json.Nodes;
using YamlDotNet.RepresentationModel;

namespace CohereShell.Tools;

/// <summary>Converts a node of the description to JSON according to its type. Null if the node isn't written.</summary>
internal delegate JsonNode? Shape(YamlNode node);

/// <summary>The supported shapes of nodes in an API description. A node with another shape is an error.</summary>
internal static class Shapes
{
    internal static JsonNode? Text(YamlNode node) => JsonValue.Create(Scalar(node));

    internal static JsonNode? Flag(YamlNode node) => Scalar(node) is "true" or "false"
        ? JsonNode.Parse(Scalar(node))
        : throw Unknown(node, "isn't true or false");

    internal static JsonNode? Number(YamlNode node) => double.TryParse(Scalar(node), NumberStyles.Float, CultureInfo.InvariantCulture, out _)
        ? JsonNode.Parse(Scalar(node))
        : throw Unknown(node, "isn't a number");

    internal static JsonNode? EmptyList(YamlNode node) => node is YamlSequenceNode { Children.Count: 0 } ? null : throw Unknown(node, "isn't an empty list");

    internal static Shape List(Shape item) => node => node is YamlSequenceNode list
        ? new JsonArray([.. list.Children.Select(child => item(child))])
        : throw Unknown(node, "isn't a list");

    internal static Shape OneOrMore(Shape item) => node => node is YamlSequenceNode ? List(item)(node) : item(node);

    /// <summary>An object with arbitrary names. They are sorted, because their order has no meaning.</summary>
    internal static Shape Map(Shape value) => node => new JsonObject(
        from entry in Entries(node).OrderBy(entry => entry.Key, StringComparer.Ordinal)
        let written = value(entry.Value)
        where written is not null
        select KeyValuePair.Create(entry.Key, (JsonNode?)written));

    /// <summary>An object whose names are OpenAPI keywords, written in the order of the table.</summary>
    /// <param name="keywords">The names to write.</param>
    /// <param name="prose">The names to leave out.</param>
    internal static Shape Object(Dictionary<string, Shape> keywords, params string[] prose) => node =>
    {
        Dictionary<string, YamlNode> entries = new(Entries(node));
        if (entries.Keys.Except(keywords.Keys).Except(prose).FirstOrDefault() is { } unknown)
        {
            throw Unknown(node, $"has a keyword '{unknown}' that this generator doesn't know");
        }

        return new JsonObject(
            from keyword in keywords
            where entries.ContainsKey(keyword.Key)
            let value = keyword.Value(entries[keyword.Key])
            where value is not null
            select KeyValuePair.Create(keyword.Key, (JsonNode?)value));
    };

    private static IEnumerable<KeyValuePair<string, YamlNode>> Entries(YamlNode node) => node is YamlMappingNode map
        ? map.Children.Select(entry => KeyValuePair.Create(Scalar(entry.Key), entry.Value))
        : throw Unknown(node, "isn't an object");

    private static string Scalar(YamlNode node) => node is YamlScalarNode { Value: { } text } ? text : throw Unknown(node, "isn't a text");

    private static InvalidDataException Unknown(YamlNode node, string problem) => new($"Line {node.Start.Line} {problem}.");
}
