namespace CohereShell;

/// <summary>One operation of Cohere's API: a row of <see cref="Operations"/>.</summary>
public sealed class Operation
{
    internal Operation(string name, string operationId, string group, string method, string path, OperationAccess access)
    {
        Name = name;
        OperationId = operationId;
        Group = group;
        Method = method;
        Path = path;
        Access = access;
    }

    /// <summary>The name that policies, usage and audit use: <c>Chat</c>, <c>ListModels</c>.</summary>
    public string Name { get; }

    /// <summary>The name in Cohere's API description: <c>chatv2</c>, <c>list-models</c>.</summary>
    public string OperationId { get; }

    /// <summary>The group it belongs to: <c>Chat</c>, <c>Models</c>, <c>Datasets</c>.</summary>
    public string Group { get; }

    /// <summary>The HTTP method.</summary>
    public string Method { get; }

    /// <summary>The path below the base address, with placeholders in braces: <c>/v1/models/{model}</c>.</summary>
    public string Path { get; }

    /// <summary>The version of the API that the path belongs to: <c>v1</c> or <c>v2</c>.</summary>
    public string ApiVersion => Path.Length > 2 && Path[0] == '/' && Path[1] == 'v' ? Path.Substring(1, 2) : string.Empty;

    /// <summary>Whether it only reads.</summary>
    public OperationAccess Access { get; }

    /// <summary>
    /// Whether it may be sent again after the server may have processed it. False for what creates something:
    /// a second dataset or job would stay and cost.
    /// </summary>
    public bool IsRepeatable { get; internal init; } = true;

    /// <summary>Whether Cohere has deprecated it.</summary>
    public bool IsDeprecated { get; internal init; }

    /// <summary>Whether the limits hold for each model on its own.</summary>
    public bool IsLimitedPerModel { get; internal init; }

    /// <summary>The limits per minute.</summary>
    public IReadOnlyList<OperationLimit> Limits { get; internal init; } = Operations.DefaultLimits;

    /// <summary>How its pages are asked for.</summary>
    public PagingStyle Paging { get; internal init; }

    /// <summary>The cmdlet that calls it.</summary>
    public string Cmdlet { get; internal init; } = "Invoke-CohereApi";

    /// <summary>False for a path that is called by Invoke-CohereApi and stands in no table.</summary>
    public bool IsKnown { get; internal init; } = true;

    /// <inheritdoc/>
    public override string ToString() => Name;
}
