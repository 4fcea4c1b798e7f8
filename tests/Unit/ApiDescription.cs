using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.Json;
using YamlDotNet.RepresentationModel;

namespace CohereShell.Tests;

/// <summary>
/// Cohere's API description, and what in a JSON body does not fit it. Looks for <c>shared/reference/cohere-openapi.yaml</c>
/// beside each folder above the tests, or where the environment variable COHERE_OPENAPI says.
/// </summary>
/// <remarks>The answers are lists of sentences, empty where all is well: <c>Assert.Empty(description.RequestErrors(…))</c>.</remarks>
public sealed class ApiDescription
{
    private const string RelativePath = "shared/reference/cohere-openapi.yaml";
    private static readonly string? FoundPath = Find();
    private static readonly Lazy<ApiDescription> Loaded = new(Load);
    private readonly YamlMappingNode _root;
    private readonly ApiSchema _schemas;

    private ApiDescription(YamlMappingNode root)
    {
        _root = root;
        _schemas = new ApiSchema(root);
    }

    /// <summary>The description.</summary>
    public static ApiDescription Current => Loaded.Value;

    /// <summary>Why tests that need the description cannot run; null where they can.</summary>
    public static string? SkipReason { get; } =
        FoundPath is null ? "The API description is not beside this clone (" + RelativePath + ")" : null;

    /// <summary>Every operation that it describes.</summary>
    public IReadOnlyList<DescribedOperation> Operations =>
    [
        .. from path in Map(_root, "paths").Children
           from method in ((YamlMappingNode)path.Value).Children
           let operation = method.Value as YamlMappingNode
           where operation?.Children.ContainsKey("operationId") == true
           select new DescribedOperation(
               Text(operation, "operationId")!,
               method.Key.ToString().ToUpperInvariant(),
               path.Key.ToString(),
               Text(operation, "deprecated") == "true"),
    ];

    /// <summary>What in a request's body does not fit.</summary>
    /// <param name="operationId">The operation's id in the description.</param>
    /// <param name="body">The body.</param>
    /// <param name="strict">Whether a property that the description does not name is an error too.</param>
    public IReadOnlyList<string> RequestErrors(string operationId, JsonElement body, bool strict = true)
    {
        YamlMappingNode? content = Follow(Operation(operationId), "requestBody");
        return BodySchema(content) is { } schema
            ? _schemas.Errors(schema, body, strict)
            : [$"{operationId} takes no JSON body."];
    }

    /// <summary>Which fields of a form are not described, and which are missing.</summary>
    /// <param name="operationId">The operation's id in the description.</param>
    /// <param name="names">The names in the form.</param>
    public IReadOnlyList<string> FormErrors(string operationId, IEnumerable<string> names)
    {
        YamlMappingNode content = Map(Map(Operation(operationId), "requestBody"), "content");
        YamlMappingNode schema = _schemas.Resolve(Map(Map(content, "multipart/form-data"), "schema"));
        string[] known = [.. Map(schema, "properties").Children.Keys.Select(key => key.ToString())];
        string[] required = [.. ((YamlSequenceNode)schema.Children["required"]).Children.Select(name => name.ToString())];
        return
        [
            .. names.Where(name => !known.Contains(name)).Select(name => $"{operationId} has no field '{name}'."),
            .. required.Where(name => !names.Contains(name)).Select(name => $"{operationId} lacks the field '{name}'."),
        ];
    }

    /// <summary>What in a request's query is not described.</summary>
    /// <param name="operationId">The operation's id in the description.</param>
    /// <param name="names">The names in the query.</param>
    public IReadOnlyList<string> QueryErrors(string operationId, IEnumerable<string> names)
    {
        YamlSequenceNode? parameters = Operation(operationId).Children.TryGetValue("parameters", out YamlNode? node) ? (YamlSequenceNode)node : null;
        string?[] known = (parameters?.Children ?? []).Select(parameter => _schemas.Resolve((YamlMappingNode)parameter))
            .Where(parameter => Text(parameter, "in") == "query").Select(parameter => Text(parameter, "name")).ToArray();
        return [.. names.Where(name => !known.Contains(name)).Select(name => $"{operationId} has no query parameter '{name}'.")];
    }

    /// <summary>What in an answer's body does not fit.</summary>
    /// <param name="operationId">The operation's id in the description.</param>
    /// <param name="status">The answer's status.</param>
    /// <param name="body">The body.</param>
    /// <param name="strict">Whether a property that the description does not name is an error too.</param>
    public IReadOnlyList<string> ResponseErrors(string operationId, int status, JsonElement body, bool strict = false)
    {
        string name = status.ToString(System.Globalization.CultureInfo.InvariantCulture);
        YamlMappingNode? response = Follow(Map(Operation(operationId), "responses"), name);
        return response is null ? [$"{operationId} never answers with status {status}."]
            : BodySchema(response) is { } schema ? _schemas.Errors(schema, body, strict)
            : [];
    }

    /// <summary>What in a value does not fit a schema: <c>SchemaErrors("ChatResponseV2", …)</c>.</summary>
    /// <param name="schemaName">Its name under components/schemas.</param>
    /// <param name="value">The value.</param>
    /// <param name="strict">Whether a property that the description does not name is an error too.</param>
    public IReadOnlyList<string> SchemaErrors(string schemaName, JsonElement value, bool strict = false) =>
        _schemas.Errors(_schemas.Named(schemaName), value, strict);

    internal static string? Text(YamlMappingNode node, string key) =>
        node.Children.TryGetValue(key, out YamlNode? value) && value is YamlScalarNode scalar ? scalar.Value : null;

    internal static YamlMappingNode Map(YamlMappingNode node, string key) => (YamlMappingNode)node.Children[key];

    private static string? Find()
    {
        if (Environment.GetEnvironmentVariable("COHERE_OPENAPI") is { Length: > 0 } named)
        {
            return File.Exists(named) ? named : null;
        }

        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            string path = Path.Combine(folder.FullName, RelativePath);
            if (File.Exists(path))
            {
                return path;
            }
        }

        return null;
    }

    private static ApiDescription Load()
    {
        using StreamReader reader = File.OpenText(FoundPath ?? throw new FileNotFoundException(SkipReason));

        // Nodes and not objects: a scalar keeps its text, so that OFF stays OFF and does not become false.
        var stream = new YamlStream();
        stream.Load(reader);
        return new ApiDescription((YamlMappingNode)stream.Documents[0].RootNode);
    }

    private YamlMappingNode Operation(string operationId) =>
        (from path in Map(_root, "paths").Children.Values.Cast<YamlMappingNode>()
         from method in path.Children.Values.OfType<YamlMappingNode>()
         where Text(method, "operationId") == operationId
         select method).SingleOrDefault()
        ?? throw new ArgumentException($"The description has no operation '{operationId}'.", nameof(operationId));

    private YamlMappingNode? Follow(YamlMappingNode node, string key) =>
        node.Children.TryGetValue(key, out YamlNode? value) ? _schemas.Resolve((YamlMappingNode)value) : null;

    private static YamlMappingNode? BodySchema(YamlMappingNode? holder) =>
        holder is not null
        && holder.Children.TryGetValue("content", out YamlNode? content)
        && ((YamlMappingNode)content).Children.TryGetValue("application/json", out YamlNode? json)
            ? Map((YamlMappingNode)json, "schema")
            : null;
}

/// <summary>An operation of the description.</summary>
public sealed record DescribedOperation(string OperationId, string Method, string Path, bool IsDeprecated);
