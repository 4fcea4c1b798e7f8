using System.Net;
using System.Security;
using CohereShell.Json;

namespace CohereShell.Input;

/// <summary>Converts keys between the forms that PowerShell has for them.</summary>
internal static class Secrets
{
    public static SecureString Protect(string text)
    {
        var secret = new SecureString();
        foreach (char character in text)
        {
            secret.AppendChar(character);
        }

        secret.MakeReadOnly();
        return secret;
    }

    public static string Reveal(SecureString secret) => new NetworkCredential(string.Empty, secret).Password;

    /// <summary>The key in the output of a vault, a script block or a connection: a text, or one of its wrappers.</summary>
    public static string? KeyIn(object? value) => PowerShellJson.Unwrap(value) switch
    {
        string text => text.Trim(),
        SecureString secret => Reveal(secret).Trim(),
        System.Management.Automation.PSCredential credential => Reveal(credential.Password).Trim(),
        _ => null,
    };
}
