using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text.Json;

namespace CohereShell.Tests;

/// <summary>
/// Cohere's API description, and what in a JSON body doesn't fit it. The facts of the description are in
/// <c>ApiFacts.json</c>, which <c>tools/ApiFacts</c> generates.
/// </summary>
/// <remarks>The results are lists of sentences, empty if everything fits: <c>Assert.Empty(description.RequestErrors(…))</c>.</remarks>
public sealed class ApiDescription
{
    private static readonly Lazy<ApiDescription> Loaded = new(() => new ApiDescription(JsonDocument.Parse(FactsText()).RootElement));
    private readonly JsonElement _root;
    private readonly ApiSchema _schemas;

    private ApiDescription(JsonElement root)
    {
        _root = root;
        _schemas = new ApiSchema(root);
    }

    /// <summary>The description.</summary>
    public static ApiDescription Current => Loaded.Value;

    /// <summary>Every operation that it describes.</summary>
    public IReadOnlyList<DescribedOperation> Operations =>
    [
        .. from path in _root.GetProperty("paths").EnumerateObject()
           from method in path.Value.EnumerateObject()
           select new DescribedOperation(
               Text(method.Value, "operationId")!,
               method.Name.ToUpperInvariant(),
               path.Name,
               method.Value.TryGetProperty("deprecated", out JsonElement deprecated) && deprecated.GetBoolean()),
    ];

    /// <summary>The facts, with LF line ends.</summary>
    public static string FactsText()
    {
        using var reader = new StreamReader(typeof(ApiDescription).Assembly.GetManifestResourceStream("ApiFacts.json")!);
        return reader.ReadToEnd().ReplaceLineEndings("\n");
    }

    /// <summary>What in a request's body doesn't fit.</summary>
    /// <param name="operationId">The operation's id in the description.</param>
    /// <param name="body">The body.</param>
    /// <param name="strict">Whether a property that the description doesn't name is an error too.</param>
    public IReadOnlyList<string> RequestErrors(string operationId, JsonElement body, bool strict = true)
    {
        JsonElement? content = Follow(Operation(operationId), "requestBody");
        return BodySchema(content) is { } schema
            ? _schemas.Errors(schema, body, strict)
            : [$"{operationId} takes no JSON body."];
    }

    /// <summary>The properties of a request's JSON body. Null if the operation takes none, or the facts don't have it.</summary>
    /// <param name="operationId">The operation's id in the description.</param>
    public IReadOnlyList<string>? BodyFields(string operationId) => BodySchema(Follow(Operation(operationId), "requestBody")) is { } schema
        ? [.. _schemas.Resolve(schema).GetProperty("properties").EnumerateObject().Select(property => property.Name)]
        : null;

    /// <summary>Which fields of a form aren't described, and which are missing.</summary>
    /// <param name="operationId">The operation's id in the description.</param>
    /// <param name="names">The names in the form.</param>
    public IReadOnlyList<string> FormErrors(string operationId, IEnumerable<string> names)
    {
        JsonElement content = Operation(operationId).GetProperty("requestBody").GetProperty("content");
        JsonElement schema = _schemas.Resolve(content.GetProperty("multipart/form-data").GetProperty("schema"));
        string[] known = [.. schema.GetProperty("properties").EnumerateObject().Select(property => property.Name)];
        string[] required = [.. schema.GetProperty("required").EnumerateArray().Select(name => name.GetString()!)];
        return
        [
            .. names.Where(name => !known.Contains(name)).Select(name => $"{operationId} has no field '{name}'."),
            .. required.Where(name => !names.Contains(name)).Select(name => $"{operationId} lacks the field '{name}'."),
        ];
    }

    /// <summary>What in a request's query isn't described.</summary>
    /// <param name="operationId">The operation's id in the description.</param>
    /// <param name="names">The names in the query.</param>
    public IReadOnlyList<string> QueryErrors(string operationId, IEnumerable<string> names)
    {
        IEnumerable<JsonElement> parameters = Operation(operationId).TryGetProperty("parameters", out JsonElement list) ? list.EnumerateArray() : [];
        string?[] known = parameters.Select(_schemas.Resolve)
            .Where(parameter => Text(parameter, "in") == "query").Select(parameter => Text(parameter, "name")).ToArray();
        return [.. names.Where(name => !known.Contains(name)).Select(name => $"{operationId} has no query parameter '{name}'.")];
    }

    /// <summary>What in a response's body doesn't fit.</summary>
    /// <param name="operationId">The operation's id in the description.</param>
    /// <param name="status">The response's status.</param>
    /// <param name="body">The body.</param>
    /// <param name="strict">Whether a property that the description doesn't name is an error too.</param>
    public IReadOnlyList<string> ResponseErrors(string operationId, int status, JsonElement body, bool strict = false)
    {
        JsonElement? response = Follow(Operation(operationId).GetProperty("responses"), status.ToString(CultureInfo.InvariantCulture));
        return response is null ? [$"{operationId} never answers with status {status}."]
            : BodySchema(response) is { } schema ? _schemas.Errors(schema, body, strict)
            : [];
    }

    /// <summary>What in a value doesn't fit a schema: <c>SchemaErrors("ChatResponseV2", …)</c>.</summary>
    /// <param name="schemaName">Its name under components/schemas.</param>
    /// <param name="value">The value.</param>
    /// <param name="strict">Whether a property that the description doesn't name is an error too.</param>
    public IReadOnlyList<string> SchemaErrors(string schemaName, JsonElement value, bool strict = false) =>
        _schemas.Errors(_schemas.Named(schemaName), value, strict);

    internal static string? Text(JsonElement node, string key) =>
        node.TryGetProperty(key, out JsonElement value) && value.ValueKind is JsonValueKind.String or JsonValueKind.Number ? value.ToString() : null;

    private JsonElement Operation(string operationId)
    {
        JsonElement[] found =
        [
            .. from path in _root.GetProperty("paths").EnumerateObject()
               from method in path.Value.EnumerateObject()
               where Text(method.Value, "operationId") == operationId
               select method.Value,
        ];
        return found.Length == 1 ? found[0] : throw new ArgumentException($"The description has no operation '{operationId}'.", nameof(operationId));
    }

    private JsonElement? Follow(JsonElement node, string key) => node.TryGetProperty(key, out JsonElement value) ? _schemas.Resolve(value) : null;

    private static JsonElement? BodySchema(JsonElement? holder) =>
        holder is { } body
        && body.TryGetProperty("content", out JsonElement content)
        && content.TryGetProperty("application/json", out JsonElement json)
            ? json.GetProperty("schema")
            : null;
}

/// <summary>An operation of the description.</summary>
public sealed record DescribedOperation(string OperationId, string Method, string Path, bool IsDeprecated);
