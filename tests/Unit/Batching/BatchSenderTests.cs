using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Xunit;

namespace CohereShell.Tests.Batching;

public sealed class BatchSenderTests
{
    private readonly List<string[]> _sent = [];

    [Fact]
    public async Task An_accepted_batch_is_one_call()
    {
        IReadOnlyList<BatchOutcome<string>> outcomes = await SendAsync(Inputs(96), _ => null);

        Assert.Single(_sent);
        Assert.Equal(Inputs(96).Select(input => input + "!"), outcomes.Select(outcome => outcome.Output));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(47)]
    [InlineData(48)]
    [InlineData(95)]
    public async Task One_bad_input_fails_alone(int bad)
    {
        IReadOnlyList<BatchOutcome<string>> outcomes = await SendAsync(Inputs(96), Refusing("input " + bad));

        Assert.Equal(96, outcomes.Count);
        Assert.Equal([bad], Enumerable.Range(0, 96).Where(index => outcomes[index].Failure is not null));
        Assert.All(Enumerable.Range(0, 96).Where(index => index != bad), index => Assert.Equal($"input {index}!", outcomes[index].Output));
        // The number of calls for halving down to it, not one for each input.
        Assert.True(_sent.Count < 20, $"{_sent.Count} calls");
    }

    [Fact]
    public async Task The_first_inputs_can_all_be_bad()
    {
        string[] bad = Inputs(6);
        IReadOnlyList<BatchOutcome<string>> outcomes = await SendAsync(Inputs(40), Refusing(bad));

        Assert.Equal(Enumerable.Range(0, 6), Enumerable.Range(0, 40).Where(index => outcomes[index].Failure is not null));
    }

    [Fact]
    public async Task No_input_is_accepted_twice()
    {
        await SendAsync(Inputs(96), Refusing("input 13", "input 14", "input 80"));

        string[] accepted = _sent.Where(batch => !batch.Intersect(["input 13", "input 14", "input 80"]).Any()).SelectMany(batch => batch).ToArray();
        Assert.Equal(accepted.Distinct().Count(), accepted.Length);
        Assert.Equal(93, accepted.Length);
    }

    [Fact]
    public async Task A_request_that_is_wrong_for_every_input_is_not_split_indefinitely()
    {
        var sender = new BatchSender<string, string>(Recording(_ => new CohereException(ErrorReason.InvalidRequest, "output_dimension is not supported")));
        IReadOnlyList<BatchOutcome<string>> first = await sender.SendAsync(Inputs(96), default);
        int calls = _sent.Count;
        IReadOnlyList<BatchOutcome<string>> second = await sender.SendAsync(Inputs(96), default);

        Assert.True(calls < 40, $"{calls} calls");
        Assert.Equal(calls + 1, _sent.Count);
        Assert.All(first.Concat(second), outcome => Assert.Equal(ErrorReason.InvalidRequest, outcome.Failure!.Reason));
        Assert.Equal(192, first.Count + second.Count);
    }

    [Theory]
    [InlineData(ErrorReason.ServerError)]
    [InlineData(ErrorReason.TimedOut)]
    [InlineData(ErrorReason.Unauthorized)]
    [InlineData(ErrorReason.NotFound)]
    public async Task An_error_that_no_single_input_can_cause_does_not_split_the_batch(ErrorReason reason)
    {
        IReadOnlyList<BatchOutcome<string>> outcomes = await SendAsync(Inputs(96), _ => new CohereException(reason, "No."));

        Assert.Single(_sent);
        Assert.Equal(96, outcomes.Count(outcome => outcome.Failure?.Reason == reason));
    }

    [Fact]
    public async Task Cancellation_ends_the_sending()
    {
        using var cancelled = new CancellationTokenSource();
        var sender = new BatchSender<string, string>((_, token) =>
        {
            cancelled.Cancel();
            token.ThrowIfCancellationRequested();
            return Task.FromResult<IReadOnlyList<string>>([]);
        });

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sender.SendAsync(Inputs(2), cancelled.Token));
    }

    private static string[] Inputs(int count) => Enumerable.Range(0, count).Select(index => $"input {index}").ToArray();

    private static Func<IReadOnlyList<string>, CohereException?> Refusing(params string[] bad) =>
        batch => batch.Intersect(bad).Any() ? new CohereException(ErrorReason.InvalidRequest, "invalid request: a text is too long.") : null;

    private Task<IReadOnlyList<BatchOutcome<string>>> SendAsync(string[] inputs, Func<IReadOnlyList<string>, CohereException?> refusal) =>
        new BatchSender<string, string>(Recording(refusal)).SendAsync(inputs, default);

    private Func<IReadOnlyList<string>, CancellationToken, Task<IReadOnlyList<string>>> Recording(Func<IReadOnlyList<string>, CohereException?> refusal) =>
        (batch, _) =>
        {
            _sent.Add([.. batch]);
            return refusal(batch) is { } failure
                ? Task.FromException<IReadOnlyList<string>>(failure)
                : Task.FromResult<IReadOnlyList<string>>(batch.Select(input => input + "!").ToArray());
        };
}
