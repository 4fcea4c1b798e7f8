namespace CohereShell;

/// <summary>Describes in plain English what is wrong with the certificate of a server.</summary>
internal static class CertificateFaults
{
    // The names of SslPolicyErrors and X509ChainStatusFlags, which .NET also writes in the messages of its exceptions.
    private static readonly (string Name, string Meaning)[] Meanings =
    [
        ("RemoteCertificateNameMismatch", "it is for another host name"),
        ("NotTimeValid", "it has expired or isn't valid yet"),
        ("Revoked", "it was revoked"),
        ("RemoteCertificateChainErrors", "this computer doesn't trust its issuer"),
        ("UntrustedRoot", "this computer doesn't trust its issuer"),
        ("PartialChain", "this computer doesn't trust its issuer"),
        ("RemoteCertificateNotAvailable", "the server didn't send it"),
    ];

    /// <summary>The faults that a text names; null if it doesn't name any.</summary>
    public static string? Describe(string names)
    {
        string[] faults = Meanings.Where(fault => names.Contains(fault.Name)).Select(fault => fault.Meaning).Distinct().ToArray();
        // The chain of an expired certificate has errors too, although its issuer is trusted.
        if (names.Contains("NotTimeValid") && !names.Contains("UntrustedRoot") && !names.Contains("PartialChain"))
        {
            faults = faults.Where(fault => fault != "this computer doesn't trust its issuer").ToArray();
        }

        return faults.Length == 0 ? null : string.Join(", and ", faults);
    }
}
