using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.Json.Nodes;
using YamlDotNet.RepresentationModel;
using static CohereShell.Tools.Shapes;

namespace CohereShell.Tools;

/// <summary>
/// The facts of an API description: what its operations accept and return, without descriptive text. The facts are a valid
/// API description, so generating facts from them gives the same facts.
/// </summary>
public sealed class ApiFacts
{
    /// <summary>The path of the facts in the repository.</summary>
    public const string RelativePath = "tests/Unit/ApiFacts.json";

    // The API description refers to this schema but doesn't define it.
    private const string Undescribed = "#/components/schemas/ParseRawGenerationPageVariant";

    // Neither CohereShell nor its emulator answers these operations, so only their names are written.
    private static readonly HashSet<string> NamesOnly =
    [
        "generate", "summarize",
        "list-connectors", "create-connector", "get-connector", "update-connector", "delete-connector", "oAuthAuthorize-connector",
    ];

    private readonly YamlMappingNode _root;
    private readonly Queue<string> _references = new();
    private readonly HashSet<string> _operationIds = [];
    private readonly Dictionary<string, Shape> _componentShapes;
    private readonly Shape _document;

    private ApiFacts(YamlMappingNode root)
    {
        _root = root;
        Shape schema = Schema();
        Shape content = Map(Object(new() { ["schema"] = schema }, prose: ["example", "examples"]));
        Shape parameter = Object(
            new() { ["$ref"] = Reference, ["name"] = Text, ["in"] = Text, ["required"] = Flag, ["schema"] = schema },
            prose: ["description", "example"]);
        Shape body = Object(new() { ["$ref"] = Reference, ["required"] = Flag, ["content"] = content }, prose: ["description"]);
        Shape response = Object(new() { ["$ref"] = Reference, ["content"] = content }, prose: ["description", "headers"]);
        Shape operation = Operation(parameter, body, response);

        _componentShapes = new() { ["parameters"] = parameter, ["requestBodies"] = body, ["responses"] = response, ["schemas"] = schema };
        _document = Object(
            new()
            {
                ["openapi"] = Text,
                ["paths"] = Map(Object(new()
                {
                    ["parameters"] = EmptyList,
                    ["get"] = operation,
                    ["post"] = operation,
                    ["patch"] = operation,
                    ["put"] = operation,
                    ["delete"] = operation,
                })),
            },
            prose: ["info", "servers", "security", "tags", "components"]);
    }

    /// <summary>Generates the facts, as JSON with LF line ends.</summary>
    /// <param name="descriptionPath">The description, an OpenAPI 3.1 document in YAML or JSON.</param>
    /// <exception cref="InvalidDataException">The description contains something that this generator doesn't support.</exception>
    public static string Generate(string descriptionPath)
    {
        using StreamReader reader = File.OpenText(descriptionPath);

        // Nodes keep the text of scalars. Deserialized to objects, the value OFF would become false.
        var stream = new YamlStream();
        stream.Load(reader);
        return FactsText.From(new ApiFacts((YamlMappingNode)stream.Documents[0].RootNode).Facts()) + "\n";
    }

    private JsonNode Facts()
    {
        JsonNode facts = _document(_root)!;
        if (NamesOnly.Except(_operationIds).FirstOrDefault() is { } missing)
        {
            throw new InvalidDataException($"The description has no operation '{missing}'.");
        }

        facts["components"] = Components();
        return facts;
    }

    // Only the components that the operations refer to.
    private JsonObject Components()
    {
        var components = new SortedDictionary<string, SortedDictionary<string, JsonNode?>>(StringComparer.Ordinal);
        while (_references.TryDequeue(out string? reference))
        {
            if (reference.Split('/') is not ["#", "components", string kind, string name] || !_componentShapes.TryGetValue(kind, out Shape? shape))
            {
                throw new InvalidDataException($"The reference '{reference}' isn't one that this generator knows.");
            }

            if (!components.TryGetValue(kind, out SortedDictionary<string, JsonNode?>? ofKind))
            {
                components[kind] = ofKind = new(StringComparer.Ordinal);
            }

            if (!ofKind.ContainsKey(name))
            {
                ofKind[name] = shape(Target(reference));
            }
        }

        return new JsonObject(components.Select(kind => KeyValuePair.Create(kind.Key, (JsonNode?)new JsonObject(kind.Value))));
    }

    private YamlNode Target(string reference)
    {
        YamlNode node = _root;
        foreach (string key in reference.Split('/').Skip(1))
        {
            node = ((YamlMappingNode)node).Children.TryGetValue(key, out YamlNode? child)
                ? child
                : throw new InvalidDataException($"The reference '{reference}' leads nowhere.");
        }

        return node;
    }

    private Shape Operation(Shape parameter, Shape body, Shape response)
    {
        Dictionary<string, Shape> names = new() { ["operationId"] = OperationId, ["deprecated"] = Flag };
        Dictionary<string, Shape> everything = new(names) { ["parameters"] = List(parameter), ["requestBody"] = body, ["responses"] = Map(response) };
        string[] prose = ["summary", "description", "tags"];
        Shape whole = Object(everything, prose);
        Shape name = Object(names, [.. prose, "parameters", "requestBody", "responses"]);
        return node => (NamesOnly.Contains(((YamlMappingNode)node).Children["operationId"].ToString()) ? name : whole)(node);
    }

    private Shape Schema()
    {
        Dictionary<string, Shape> keywords = [];
        Shape schema = Object(keywords, prose: ["title", "description", "default", "example", "examples", "deprecated", "readOnly", "writeOnly"]);
        keywords["$ref"] = Reference;
        keywords["type"] = OneOrMore(Text);
        keywords["format"] = Text;
        keywords["pattern"] = Text;
        keywords["nullable"] = Flag;
        keywords["enum"] = List(Text);
        keywords["minimum"] = Number;
        keywords["maximum"] = Number;
        keywords["minLength"] = Number;
        keywords["maxLength"] = Number;
        keywords["minItems"] = Number;
        keywords["maxItems"] = Number;
        keywords["items"] = schema;
        keywords["required"] = List(Text);
        keywords["properties"] = Map(schema);
        keywords["additionalProperties"] = node => node is YamlScalarNode ? Flag(node) : schema(node);
        keywords["allOf"] = List(schema);
        keywords["oneOf"] = List(schema);
        keywords["anyOf"] = List(schema);
        keywords["discriminator"] = Object(new() { ["propertyName"] = Text, ["mapping"] = Map(Choice) });
        return schema;
    }

    private JsonNode? OperationId(YamlNode node) => _operationIds.Add(node.ToString())
        ? Text(node)
        : throw new InvalidDataException($"The description has the operation '{node}' twice.");

    private JsonNode? Choice(YamlNode node) => node.ToString() == Undescribed ? null : Reference(node);

    private JsonNode? Reference(YamlNode node)
    {
        _references.Enqueue(node.ToString());
        return Text(node);
    }
}
