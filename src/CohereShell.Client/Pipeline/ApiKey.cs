using System.Diagnostics.CodeAnalysis;

namespace CohereShell;

/// <summary>
/// The key of a session. It goes into requests only: no property and no ToString returns it, and this class removes it
/// from every text that leaves the module.
/// </summary>
internal sealed class ApiKey : ISecrets, IDisposable
{
    /// <summary>A shorter key is a gateway's placeholder. Redacting it would damage other text.</summary>
    private const int ShortestSecret = 8;

    /// <summary>Headers of single calls can hold a new secret each time. A response can repeat only the latest.</summary>
    private const int MostSecrets = 64;

    /// <summary>The key that is being renewed: a provider that makes calls in the session must not wait for itself.</summary>
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
        KnownSecrets.Add(this);
    }

    public bool IsPresent => _value is not null;

    /// <summary>The last four characters, which are enough to tell keys apart; null for a short key.</summary>
    public string? Tail => _value is { Length: > ShortestSecret } value ? value.Substring(value.Length - 4) : null;

    internal string? Reveal() => _value;

    /// <summary>
    /// Asks the provider for a new key after the server refused the current one. When several calls fail at the same time,
    /// only the first asks, and the others use its key.
    /// </summary>
    /// <returns>Whether there is now a key that differs from the refused one.</returns>
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
            // The provider was asked while this call waited. Don't ask again: the provider may prompt a user.
            if (_value == refused && _timesAsked == timesAsked)
            {
                Asking.Value = this;
                string? renewed = await _provider(cancellationToken).ConfigureAwait(false);
                Asking.Value = null;
                _timesAsked = timesAsked + 1;
                if (HeaderRules.ProblemOfKey(renewed) is { } problem)
                {
                    throw new CohereException(ErrorReason.Unauthorized, $"The key from the key provider {problem}.");
                }

                if (!string.IsNullOrEmpty(renewed) && renewed != refused)
                {
                    // The old key may still be valid elsewhere, so it stays redacted.
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

    /// <summary>Adds secrets that are redacted from now on.</summary>
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

    /// <summary>
    /// Whether texts together contain a secret, or a large part of it, in another form: with characters between its
    /// characters, spread over several texts, backwards, as base64, or as numbers.
    /// </summary>
    public bool IsHidden(IReadOnlyList<string> texts) => HiddenSecrets.Find(texts, _secrets);

    /// <summary>Returns the exception, or null if its text contains the key.</summary>
    public Exception? Redact(Exception? exception) =>
        exception is not null && exception.ToString() is { } text && Redact(text) == text ? exception : null;

    /// <summary>
    /// Called when the session is closed. The lock stays usable while a provider is being asked, until it returns.
    /// </summary>
    public void Dispose()
    {
        if (_renewing.Wait(0))
        {
            _renewing.Dispose();
        }
    }

    private static string[] SecretsIn(string? value) => value is not { Length: >= ShortestSecret } ? []
        // The key as it is escaped in an address.
        : Uri.EscapeDataString(value) is { } escaped && escaped != value ? [value, escaped]
        : [value];
}
