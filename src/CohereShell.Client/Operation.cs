using System;
using System.Collections.Generic;
using System.Linq;

namespace CohereShell;

/// <summary>What an operation does to the account: look at it, or spend money and change something.</summary>
public enum OperationAccess
{
    /// <summary>Costs nothing and changes nothing.</summary>
    Read,

    /// <summary>Costs money, or creates, changes or deletes something.</summary>
    Write,
}

/// <summary>What a limit counts.</summary>
public enum LimitUnit
{
    /// <summary>HTTP requests.</summary>
    Requests,

    /// <summary>Texts in the requests.</summary>
    Inputs,

    /// <summary>Images in the requests.</summary>
    Images,
}

/// <summary>How a list operation hands out its pages.</summary>
public enum PagingStyle
{
    /// <summary>One answer holds everything.</summary>
    None,

    /// <summary><c>page_size</c> and <c>page_token</c>; the answer holds <c>next_page_token</c>.</summary>
    PageToken,

    /// <summary><c>limit</c> and <c>offset</c>.</summary>
    Offset,
}

/// <summary>
/// A limit per minute. See <see href="https://docs.cohere.com/docs/rate-limits"/>.
/// </summary>
/// <param name="Unit">What is counted.</param>
/// <param name="Trial">How many a minute with a trial key; null where none is published.</param>
/// <param name="Production">How many a minute with a production key; null where it is by agreement.</param>
public sealed record OperationLimit(LimitUnit Unit, int? Trial, int? Production)
{
    /// <summary>How many a minute with a key of this type; null where there is no fixed limit.</summary>
    /// <param name="keyType">The type of the key.</param>
    public int? For(CohereKeyType keyType) => keyType == CohereKeyType.Trial ? Trial : Production;

    /// <summary>
    /// The size of batches that leaves least of the limit unused: 20 batches of 96 use 1,920 of 2,000, and 25 of 80 use all.
    /// </summary>
    /// <param name="keyType">The type of the key; null where no limit is kept.</param>
    /// <param name="most">The most that a batch can hold.</param>
    internal int BestBatchSize(CohereKeyType? keyType, int most) => keyType is { } type && For(type) is { } limit && limit > most
        ? Enumerable.Range(most / 2, most - (most / 2) + 1).OrderByDescending(size => limit / size * size).ThenByDescending(size => size).First()
        : most;

    /// <inheritdoc/>
    public override string ToString() =>
        FormattableString.Invariant($"{(object?)Trial ?? "-"}/{(object?)Production ?? "-"} {Unit}");
}

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
