using CohereShell.Emulation;

namespace CohereShell;

/// <summary>
/// A Cohere for other processes, over a loopback socket. It accepts any Bearer key but <c>invalid</c>, and forgets all
/// it knows when it stops, unless it is told where to keep it. See <see cref="CohereEmulatorOptions"/> for what it can be told.
/// </summary>
public sealed class CohereEmulator : IDisposable
{
    private readonly CohereEmulatorOptions _options;
    private readonly EmulatedApi _api;
    private readonly HttpServer _server;

    private CohereEmulator(int port, CohereEmulatorOptions options)
    {
        _options = options;
        _api = new EmulatedApi(options);
        try
        {
            _server = new HttpServer(port, _api);
        }
        catch
        {
            _api.Dispose();
            throw;
        }

        Port = _server.Port;
        BaseUri = new UriBuilder("http", "127.0.0.1", Port).Uri;
    }

    /// <summary>Where it listens, to be given to a client as its base address.</summary>
    public Uri BaseUri { get; }

    /// <summary>The port on 127.0.0.1.</summary>
    public int Port { get; }

    /// <summary>A key that it accepts.</summary>
    public string ApiKey { get; } = "emulator-key-0";

    /// <summary>The key whose limits hold when they are enforced; null for a trial key's.</summary>
    public CohereKeyType? KeyType => _options.KeyType;

    /// <summary>Milliseconds that pass before each answer.</summary>
    public int LatencyMs => _options.LatencyMs;

    /// <summary>The share of requests that fail, 0 to 1.</summary>
    public double FaultRate => _options.FaultRate;

    /// <summary>Whether the limits per minute are enforced.</summary>
    public bool EnforceRateLimit => _options.EnforceRateLimit;

    /// <summary>What chooses the sequence of faults.</summary>
    public int Seed => _options.Seed;

    /// <summary>Milliseconds that an embed job, a batch or the training of a model takes, at least.</summary>
    public int JobDurationMs => _options.JobDurationMs;

    /// <summary>The folder that datasets, jobs, batches and models are kept in; null where they go with the emulator.</summary>
    public string? StatePath => _options.StatePath;

    /// <summary>Whether it still listens.</summary>
    public bool IsRunning => _server.IsRunning;

    /// <summary>How many requests it has had.</summary>
    public long RequestCount => _api.RequestCount;

    /// <summary>How many connections are open, for tests of their end.</summary>
    internal int OpenConnections => _server.OpenConnections;

    /// <summary>Starts an emulator that listens on 127.0.0.1 and nowhere else.</summary>
    /// <param name="port">The port; 0 for any that is free.</param>
    /// <param name="options">How it behaves.</param>
    /// <exception cref="ArgumentOutOfRangeException">The port, or a value of the options, means nothing.</exception>
    /// <exception cref="System.Net.Sockets.SocketException">The port is taken.</exception>
    /// <exception cref="System.IO.IOException">The folder for the state cannot be used, or another emulator uses it.</exception>
    public static CohereEmulator Start(int port, CohereEmulatorOptions options) => new(port, options);

    /// <summary>Stops listening and closes every connection, whatever it is at, and ends its jobs. May be called again.</summary>
    public void Stop()
    {
        _server.Dispose();
        _api.Dispose();
    }

    /// <inheritdoc cref="Stop"/>
    public void Dispose() => Stop();
}
