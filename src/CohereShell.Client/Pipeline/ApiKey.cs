using System.Diagnostics.CodeAnalysis;

namespace CohereShell;

/// <summary>
/// The key of a session. It is handed to the request and to nobody else: no property, no ToString, and every text that
/// leaves the module is cleaned of it here.
/// </summary>
internal sealed class ApiKey : IDisposable
{
    /// <summary>A key shorter than this is a placeholder of a gateway; taking its letters out of a text would ruin the text.</summary>
    private const int ShortestSecret = 8;

    /// <summary>Headers of single calls may hold a new secret each time; the latest are what an answer can repeat.</summary>
    private const int MostSecrets = 64;

    /// <summary>The key that is being asked for: a provider that calls with the session must not wait for itself.</summary>
    private static readonly AsyncLocal<ApiKey?> Asking = new();

    private readonly Func<CancellationToken, Task<string?>>? _provider;
    private readonly SemaphoreSlim _renewing = new(1, 1);
    private volatile int _timesAsked;
    private volatile string? _value;
    private volatile string[] _secrets;

    public ApiKey(string? value, Func<CancellationToken, Task<string?>>? provider, IEnumerable<string> otherSecrets)
    {
        _value = string.IsNullOrEmpty(value) ? null : value;
        _secrets = [.. SecretsIn(_value), .. otherSecrets.SelectMany(SecretsIn)];
        _provider = provider;
    }

    public bool IsPresent => _value is not null;

    /// <summary>The last four characters, which are enough to tell keys apart; nothing of a short one.</summary>
    public string? Tail => _value is { Length: > ShortestSecret } value ? value.Substring(value.Length - 4) : null;

    internal string? Reveal() => _value;

    /// <summary>
    /// Asks the provider for a new key after the server has refused the one given. Of calls that run side by side only
    /// the first asks; the others take what it got.
    /// </summary>
    /// <returns>Whether there is a key now that differs from the refused one.</returns>
    public async Task<bool> RenewAsync(string? refused, CancellationToken cancellationToken)
    {
        if (_provider is null || Asking.Value == this)
        {
            return false;
        }

        int timesAsked = _timesAsked;
        await _renewing.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            // Asked while this one waited, the provider has no other answer for it: it may be a person at a prompt.
            if (_value == refused && _timesAsked == timesAsked)
            {
                Asking.Value = this;
                string? renewed = await _provider(cancellationToken).ConfigureAwait(false);
                Asking.Value = null;
                _timesAsked = timesAsked + 1;
                if (!HeaderRules.CanHold(renewed))
                {
                    throw new CohereException(ErrorReason.Unauthorized, "The key that the key provider gave holds line breaks, control characters or letters beyond ASCII, which cannot be sent.");
                }

                if (!string.IsNullOrEmpty(renewed) && renewed != refused)
                {
                    // The old key may still be valid elsewhere: it stays secret.
                    lock (_renewing)
                    {
                        _secrets = [.. SecretsIn(renewed), .. _secrets];
                    }

                    _value = renewed;
                }
            }

            return _value != refused;
        }
        finally
        {
            _renewing.Release();
        }
    }

    /// <summary>Keeps more texts out of all that is shown from now on.</summary>
    public void Hide(IEnumerable<string> secrets)
    {
        lock (_renewing)
        {
            string[] more = secrets.SelectMany(SecretsIn).Except(_secrets).ToArray();
            if (more.Length > 0)
            {
                _secrets = [.. _secrets.Take(MostSecrets), .. more];
            }
        }
    }

    [return: NotNullIfNotNull(nameof(text))]
    public string? Redact(string? text)
    {
        foreach (string secret in _secrets)
        {
            text = text?.Replace(secret, "***");
        }

        return text;
    }

    /// <summary>An exception as it is, or none where it would tell the key.</summary>
    public Exception? Redact(Exception? exception) =>
        exception is not null && exception.ToString() is { } text && Redact(text) == text ? exception : null;

    /// <summary>
    /// Called when the session has closed. While a provider is being asked, what it waits with must stay until it answers.
    /// </summary>
    public void Dispose()
    {
        if (_renewing.Wait(0))
        {
            _renewing.Dispose();
        }
    }

    private static string[] SecretsIn(string? value) => value is not { Length: >= ShortestSecret } ? []
        // The way it stands in an address.
        : Uri.EscapeDataString(value) is { } escaped && escaped != value ? [value, escaped]
        : [value];
}
