using System.Collections.Generic;
using System.Linq;
using System.Reflection;
using Xunit;

namespace CohereShell.Tests;

/// <summary>The operation catalogue against the API description, and its own rules.</summary>
public sealed class OperationsTests
{
    [Fact]
    public void The_catalogue_has_every_operation_of_the_description_and_no_other()
    {
        var described = ApiDescription.Current.Operations.OrderBy(operation => operation.OperationId);
        var listed = Operations.All
            .Select(operation => new DescribedOperation(operation.OperationId, operation.Method, operation.Path, operation.IsDeprecated))
            .OrderBy(operation => operation.OperationId);

        Assert.Equal(described, listed);
    }

    [Fact]
    public void Every_operation_is_found_by_its_own_route()
    {
        foreach (Operation operation in Operations.All)
        {
            string path = System.Text.RegularExpressions.Regex.Replace(operation.Path, @"\{\w+\}", "some-id");
            Assert.Same(operation, Operations.ForRequest(operation.Method, path));
        }
    }

    [Fact]
    public void Every_operation_that_is_written_down_is_in_the_list()
    {
        IEnumerable<Operation?> written = typeof(Operations)
            .GetProperties(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic)
            .Where(property => property.PropertyType == typeof(Operation))
            .Select(property => (Operation?)property.GetValue(null));

        Assert.Equal(Operations.All, written);
        Assert.All(Operations.All, operation => Assert.Same(operation, typeof(Operations).GetProperty(operation.Name, BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic)!.GetValue(null)));
    }

    [Fact]
    public void Names_and_ids_are_unique()
    {
        Assert.Equal(Operations.All.Count, Operations.All.Select(operation => operation.Name).Distinct().Count());
        Assert.Equal(Operations.All.Count, Operations.All.Select(operation => operation.OperationId).Distinct().Count());
    }

    [Fact]
    public void What_is_only_fetched_is_a_read_and_what_changes_or_deletes_is_a_write()
    {
        Assert.All(Operations.All.Where(operation => operation.Method == "GET"), operation => Assert.Equal(OperationAccess.Read, operation.Access));
        Assert.All(Operations.All.Where(operation => operation.Method is "PUT" or "PATCH" or "DELETE"), operation => Assert.Equal(OperationAccess.Write, operation.Access));
    }

    [Fact]
    public void A_path_that_no_table_knows_is_other_and_a_write_unless_it_only_reads()
    {
        Operation post = Operations.ForRequest("POST", "/v3/anything");
        Operation get = Operations.ForRequest("GET", "/v3/anything");

        Assert.False(post.IsKnown);
        Assert.Equal(OperationAccess.Write, post.Access);
        Assert.False(post.IsRepeatable);
        Assert.Equal(OperationAccess.Read, get.Access);
    }
}
