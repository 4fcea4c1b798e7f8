using System.Security.Cryptography.X509Certificates;

namespace CohereShell;

/// <summary>The certificate of a server.</summary>
public sealed class TlsCertificate
{
    private const string AlternativeNames = "2.5.29.17";

    internal TlsCertificate(X509Certificate2 certificate, string? faults)
    {
        Subject = certificate.Subject;
        Issuer = certificate.Issuer;
        ExpiresAt = new DateTimeOffset(certificate.NotAfter);
        Thumbprint = certificate.Thumbprint;
        Faults = faults;
        Names = certificate.Extensions[AlternativeNames] is { } names
            ? names.Format(multiLine: false).Split([','], StringSplitOptions.RemoveEmptyEntries).Select(NameIn).ToArray()
            : [certificate.GetNameInfo(X509NameType.SimpleName, forIssuer: false)];
    }

    /// <summary>Who the certificate is for.</summary>
    public string Subject { get; }

    /// <summary>Who issued it.</summary>
    public string Issuer { get; }

    /// <summary>The host names that it is for.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>When it expires.</summary>
    public DateTimeOffset ExpiresAt { get; }

    /// <summary>Its SHA-1 hash, as certificate stores show it.</summary>
    public string Thumbprint { get; }

    /// <summary>Why it isn't trusted; null if it is.</summary>
    public string? Faults { get; }

    /// <inheritdoc/>
    public override string ToString() => FormattableString.Invariant($"{Subject}, issued by {Issuer}, expires {ExpiresAt:yyyy-MM-dd}");

    // 'DNS:api.cohere.com' or 'DNS Name=api.cohere.com', depending on the platform.
    private static string NameIn(string entry) => entry.Substring(entry.IndexOfAny([':', '=']) + 1).Trim();
}
