using System.Runtime.InteropServices;
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

    /// <summary>The whole text. NetworkCredential would return it only up to a NUL.</summary>
    public static string Reveal(SecureString secret)
    {
        IntPtr text = Marshal.SecureStringToBSTR(secret);
        try
        {
            return Marshal.PtrToStringBSTR(text);
        }
        finally
        {
            Marshal.ZeroFreeBSTR(text);
        }
    }

    /// <summary>The key in the output of a vault, a script block or a connection: a text, or one of its wrappers.</summary>
    public static string? KeyIn(object? value) => PowerShellJson.Unwrap(value) switch
    {
        string text => text.Trim(),
        SecureString secret => Reveal(secret).Trim(),
        System.Management.Automation.PSCredential credential => Reveal(credential.Password).Trim(),
        _ => null,
    };
}
