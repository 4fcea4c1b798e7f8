namespace CohereShell;

/// <summary>An operation of Cohere's API: a row of <see cref="Operations"/>.</summary>
public sealed class Operation
{
    private readonly bool _isBilled;

    internal Operation(string name, string operationId, string group, string method, string path, OperationAccess access)
    {
        Name = name;
        OperationId = operationId;
        Group = group;
        Method = method;
        Path = path;
        Access = access;
    }

    /// <summary>The name in access policies, usage and audit files: <c>Chat</c>, <c>ListModels</c>.</summary>
    public string Name { get; }

    /// <summary>The name in Cohere's API description: <c>chatv2</c>, <c>list-models</c>.</summary>
    public string OperationId { get; }

    /// <summary>The group that the operation belongs to: <c>Chat</c>, <c>Models</c>, <c>Datasets</c>.</summary>
    public string Group { get; }

    /// <summary>The HTTP method.</summary>
    public string Method { get; }

    /// <summary>The path below the base address, with placeholders in braces: <c>/v1/models/{model}</c>.</summary>
    public string Path { get; }

    /// <summary>The version of the API that the path belongs to: <c>v1</c> or <c>v2</c>.</summary>
    public string ApiVersion => Path.Length > 2 && Path[0] == '/' && Path[1] == 'v' ? Path.Substring(1, 2) : string.Empty;

    /// <summary>Whether the operation only reads.</summary>
    public OperationAccess Access { get; }

    /// <summary>
    /// Whether the request can be sent again when the server may have processed it already. False for operations that
    /// create something: a second dataset or job would remain and cost money.
    /// </summary>
    public bool IsRepeatable { get; internal init; } = true;

    /// <summary>
    /// Whether calls cost money. Calls of paths that the catalogue doesn't list may cost money, unless they only read.
    /// </summary>
    internal bool IsBilled
    {
        get => _isBilled || (!IsKnown && Access != OperationAccess.Read);
        init => _isBilled = value;
    }

    /// <summary>Whether Cohere has deprecated the operation.</summary>
    public bool IsDeprecated { get; internal init; }

    /// <summary>Whether Cohere has removed the operation. Private deployments can still have it.</summary>
    internal bool IsRemoved { get; init; }

    /// <summary>Whether each model has separate limits.</summary>
    public bool IsLimitedPerModel { get; internal init; }

    /// <summary>The rate limits, per minute.</summary>
    public IReadOnlyList<OperationLimit> Limits { get; internal init; } = Operations.DefaultLimits;

    /// <summary>The models whose rate limits differ from those of the operation.</summary>
    public IReadOnlyList<ModelLimit> ModelLimits { get; internal init; } = [];

    /// <summary>How the pages of a list are requested.</summary>
    public PagingStyle Paging { get; internal init; }

    /// <summary>The cmdlet that calls the operation.</summary>
    public string Cmdlet { get; internal init; } = "Invoke-CohereApi";

    /// <summary>False for a path that only Invoke-CohereApi can call because the catalogue doesn't list it.</summary>
    public bool IsKnown { get; internal init; } = true;

    /// <summary>Whether a session can call the operation; null if it wasn't asked for a session.</summary>
    public bool? Allowed { get; private set; }

    /// <summary>Why the session can't call it; null if it can.</summary>
    public string? AllowedReason { get; private set; }

    /// <summary>Whether a call uses a model, which its body names.</summary>
    internal bool UsesModel { get; init; }

    /// <summary>Whether the path contains the name of a model.</summary>
    internal bool IsModelInPath { get; init; }

    /// <summary>A copy of the operation with what a session decides about it.</summary>
    internal Operation Judged(string? refusal)
    {
        var copy = (Operation)MemberwiseClone();
        copy.Allowed = refusal is null;
        copy.AllowedReason = refusal;
        return copy;
    }

    /// <summary>The rate limits of a call with a model.</summary>
    internal IReadOnlyList<OperationLimit> LimitsFor(string? model) =>
        ModelLimits.FirstOrDefault(limit => string.Equals(limit.Model, model, StringComparison.OrdinalIgnoreCase)) is { } special
            ? [special.Limit]
            : Limits;

    /// <inheritdoc/>
    public override string ToString() => Name;
}
