namespace CohereShell;

/// <summary>
/// Sends batches of inputs so that a bad input fails alone: a batch that the server refuses is halved until each bad
/// input is in a separate batch. Any other failure applies to all inputs of the batch.
/// </summary>
/// <typeparam name="TInput">The type of an input.</typeparam>
/// <typeparam name="TOutput">The type of the output for an input.</typeparam>
internal sealed class BatchSender<TInput, TOutput>
{
    /// <summary>
    /// The number of inputs that may be refused, without an accepted one, before batches are no longer split. By then the
    /// request itself is wrong, and more calls would be useless.
    /// </summary>
    private const int HopelessAfter = 8;

    private readonly Func<IReadOnlyList<TInput>, CancellationToken, Task<IReadOnlyList<TOutput>>> _send;
    private int _refusedAlone;
    private volatile bool _wasAccepted;

    /// <summary>Creates a sender.</summary>
    /// <param name="send">Sends a batch and returns an output for each of its inputs, in order.</param>
    public BatchSender(Func<IReadOnlyList<TInput>, CancellationToken, Task<IReadOnlyList<TOutput>>> send) => _send = send;

    private bool IsHopeless => !_wasAccepted && Volatile.Read(ref _refusedAlone) >= HopelessAfter;

    /// <summary>Sends a batch.</summary>
    /// <returns>The outcome of each input, in order.</returns>
    public async Task<IReadOnlyList<BatchOutcome<TOutput>>> SendAsync(IReadOnlyList<TInput> batch, CancellationToken cancellationToken)
    {
        var outcomes = new List<BatchOutcome<TOutput>>(batch.Count);
        await SendAsync(batch, outcomes, cancellationToken).ConfigureAwait(false);
        return outcomes;
    }

    private async Task SendAsync(IReadOnlyList<TInput> batch, List<BatchOutcome<TOutput>> outcomes, CancellationToken cancellationToken)
    {
        CohereException failure;
        try
        {
            IReadOnlyList<TOutput> outputs = await _send(batch, cancellationToken).ConfigureAwait(false);
            _wasAccepted = true;
            outcomes.AddRange(outputs.Select(output => new BatchOutcome<TOutput>(output, null)));
            return;
        }
        catch (CohereException exception)
        {
            failure = exception;
        }

        if (batch.Count > 1 && MayBeOneInput(failure) && !IsHopeless)
        {
            int half = batch.Count / 2;
            await SendAsync(batch.Take(half).ToArray(), outcomes, cancellationToken).ConfigureAwait(false);
            await SendAsync(batch.Skip(half).ToArray(), outcomes, cancellationToken).ConfigureAwait(false);
            return;
        }

        if (batch.Count == 1 && MayBeOneInput(failure))
        {
            Interlocked.Increment(ref _refusedAlone);
        }

        outcomes.AddRange(batch.Select(_ => new BatchOutcome<TOutput>(default, failure)));
    }

    private static bool MayBeOneInput(CohereException failure) =>
        failure.Reason is ErrorReason.InvalidRequest or ErrorReason.UnacceptableValue or ErrorReason.TooLarge or ErrorReason.InvalidToken;
}

/// <summary>The outcome of an input: an output or a failure.</summary>
/// <typeparam name="TOutput">The type of the output.</typeparam>
/// <param name="Output">The output, if the input succeeded.</param>
/// <param name="Failure">The failure; null if the input succeeded.</param>
internal readonly record struct BatchOutcome<TOutput>(TOutput? Output, CohereException? Failure);
