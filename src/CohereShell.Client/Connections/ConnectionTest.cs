namespace CohereShell;

/// <summary>The result of a connection test, with a property for each step in the order in which they ran.</summary>
public sealed class ConnectionTest
{
    private static readonly string[] Names = ["DNS", "TCP", "Proxy", "TLS", "HTTP", "Key", "Latency"];

    internal ConnectionTest(Uri baseUri, IEnumerable<ConnectionStep> steps, TlsCertificate? certificate, bool? isKeyValid, double? latencyMs)
    {
        BaseUri = baseUri;
        ConnectionStep[] made = steps.ToArray();
        Steps = Names.Select(name => made.FirstOrDefault(step => step.Name == name)
            ?? new ConnectionStep { Name = name, Outcome = ConnectionStepOutcome.Skipped, Detail = "an earlier step failed" }).ToArray();
        Certificate = certificate;
        IsKeyValid = isKeyValid;
        LatencyMs = latencyMs;
    }

    /// <summary>The address of the API.</summary>
    public Uri BaseUri { get; }

    /// <summary>Whether no step failed.</summary>
    public bool Succeeded => Steps.All(step => step.Outcome != ConnectionStepOutcome.Failed);

    /// <summary>All steps.</summary>
    public IReadOnlyList<ConnectionStep> Steps { get; }

    /// <summary>The resolution of the name of the host, or of the proxy if there is one.</summary>
    public ConnectionStep Dns => Steps[0];

    /// <summary>The connection to the host, or to the proxy if there is one.</summary>
    public ConnectionStep Tcp => Steps[1];

    /// <summary>The connection from the proxy to the host.</summary>
    public ConnectionStep Proxy => Steps[2];

    /// <summary>The encryption, and the check of the certificate.</summary>
    public ConnectionStep Tls => Steps[3];

    /// <summary>A request without the key. Any answer passes.</summary>
    public ConnectionStep Http => Steps[4];

    /// <summary>The check of the key.</summary>
    public ConnectionStep Key => Steps[5];

    /// <summary>The time for a request on an open connection.</summary>
    public ConnectionStep Latency => Steps[6];

    /// <summary>The certificate of the server, also if it isn't trusted; null if none was received.</summary>
    public TlsCertificate? Certificate { get; }

    /// <summary>Whether the key is valid; null if it wasn't checked.</summary>
    public bool? IsKeyValid { get; }

    /// <summary>The median time for a request on an open connection, in milliseconds; null if it wasn't measured.</summary>
    public double? LatencyMs { get; }

    /// <summary>What to do about the first step that failed; null if none failed.</summary>
    public string? RecommendedAction => Steps.FirstOrDefault(step => step.Outcome == ConnectionStepOutcome.Failed)?.RecommendedAction;

    /// <inheritdoc/>
    public override string ToString() => Steps.FirstOrDefault(step => step.Outcome == ConnectionStepOutcome.Failed) is { } failed
        ? $"{BaseUri}: {failed.Name} {failed}"
        : $"{BaseUri}: passed";
}
